"""What is said when it is not clear which customer is meant."""

from bot.language.phrase import Phrase

WHO = Phrase(
    zh="哪位客户？请写上名字，例如：{word} 张三", en="Which customer? Add the name, for example: {word} Zhang San"
)
SEVERAL = Phrase(zh="「{name}」有好几位，是哪一位？", en='Which "{name}" do you mean?')
SEVERAL_FOOTER = Phrase(zh="回复序号，例如 {call}2", en="Answer with the number, for example {call}2")
MORE = Phrase(
    zh="还有更多，只列出前 {count} 位。再写具体一点，例如加上公司。",
    en="There are more; these are the first {count}. Add something, for example the company.",
)
NEAR = Phrase(zh="没有找到「{name}」。你是想说：", en='There is no "{name}". Did you mean:')
NOBODY = Phrase(zh="没有找到「{name}」。", en='I found no "{name}".')
CREATE_QUESTION = Phrase(
    zh="要新建这个客户吗？回复 {call}是 就新建。", en="Shall I create this customer? Answer {call}yes to do so."
)
CREATE_BUTTON = Phrase(zh="新建 {name}", en="Create {name}")
CREATE_COMMAND = Phrase(zh="新建 {name}", en="new {name}")
