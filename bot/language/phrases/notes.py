"""What 记 says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="记 名字: 内容\n记 张三: 今天拜访，下周要合同\n记 今天聊得不错\n给张三加个备注：下周要合同",
    en="note NAME: TEXT\nnote Acme: visited today, wants the contract next week\nnote went well today",
)
SUMMARY = Phrase(
    zh="记一笔；刚看过卡片时可以不写名字", en="write something down; right after a card the name may be left out"
)
WORD = Phrase(zh="记", en="note")
WHAT = Phrase(
    zh="给{name}记什么？回复：{call}内容；不记就回复：{call}取消",
    en="What shall I note about {name}? Answer: {call}TEXT, or: {call}cancel",
)
COMMAND = Phrase(zh="记 #{id}: {{}}", en="note #{id}: {{}}")
DROP = Phrase(zh="取消", en="cancel")
NOTED = Phrase(zh="已记到 {name}：{text}", en="Noted about {name}: {text}")
