"""What 归档 says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="归档 名字\n归档 Acme\n归档 #12 消息 1763700000.000100\n归档 #12 消息 1763700000.000100 整串",
    en="log NAME\nlog Acme\nlog #12 message 1763700000.000100\nlog #12 message 1763700000.000100 thread",
)
SUMMARY = Phrase(
    zh="在话题里用：把这一串消息归到客户名下；也可以用消息的快捷菜单",
    en="in a thread: keep all of it with a customer; one message through its shortcut",
)
WORD = Phrase(zh="归档", en="log")
LOGGED = Phrase(zh="已把 {messages}归到 {name} 名下。", en="Logged {messages} to {name}.")
BESIDES = Phrase(zh="另有 {messages}本来就在。", en="It had {messages} already.")
KNOWN = Phrase(zh="已经在 {name} 名下了，没有重复归档。", en="Already with {name}; nothing was logged twice.")
KNOWN_BY = Phrase(
    zh="{who} {when}已经归到 {name} 名下了，没有重复归档。",
    en="{who} logged it to {name} already ({when}); nothing was logged twice.",
)
WHERE = Phrase(
    zh="归档哪一段？请在话题里发送：归档 名字；或在消息的菜单里选“归档到 CRM”。整个会话归一个客户用：关联 名字",
    en="Log what? Send log NAME inside a thread, or use Log to CRM in the menu of a message. For a whole conversation: "
    "link NAME",
)
NOT_KEPT = Phrase(
    zh="这里没有能归档的消息：我不在这个频道里，或者消息已被删除。请先把我加进频道，再试一次。",
    en="There is no message I could log: I am not in this channel, or it was deleted. Add me to the channel and try "
    "again.",
)
