"""What 查, 问 and a text without a command say."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="查 名字\n查 张总\n查 zs\n查 8812\n查 Acme\n张三",
    en="find NAME\nfind zhang\nfind 8812\nfind zhang@acme.com\nAcme",
)
SUMMARY = Phrase(
    zh="客户卡片；名字、拼音、手机尾号、公司、邮箱、标签都能查",
    en="a customer's card; by name, pinyin, last digits of a phone, company, e-mail or tag",
)
WORD = Phrase(zh="查", en="find")
SEVERAL = Phrase(zh="「{name}」找到这些客户：", en='Customers found for "{name}":')

ASK_USAGE = Phrase(
    zh="问 名字 字段\n问 张三 电话\n张总的电话是多少\n谁负责张三",
    en="ask NAME FIELD\nask Acme stage\nwhat's Acme's stage?\nwho owns Acme",
)
ASK_SUMMARY = Phrase(zh="只问一项，一行回答", en="one field, answered in one line")
ASK_WORD = Phrase(zh="问", en="ask")
ANSWER = Phrase(zh="{name}的{label}：{value}", en="{name}, {label}: {value}")
NO_ANSWER = Phrase(zh="{name}的{label}还没有记录。", en="{name}, {label}: nothing on record.")

TOO_WIDE = Phrase(zh="请至少写一个字或数字。", en="Write at least one letter or digit.")
THANKS = Phrase(zh="不客气。", en="You are welcome.")
