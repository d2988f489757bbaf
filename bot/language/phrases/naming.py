"""What is said when it is not clear which customer is meant."""

from bot.language.phrase import Phrase

WHO = Phrase(
    zh="哪位客户?请写上名字,例如:{word} 张三", en="Which customer? Add the name, for example: {word} Zhang San"
)
