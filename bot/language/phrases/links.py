"""What 关联 says."""

from bot.language.phrase import Phrase

USAGE = Phrase(zh="关联 名字\n关联 Acme\n关联", en="link NAME\nlink Acme\nlink")
SUMMARY = Phrase(zh="在群里用：这个会话是哪个客户的", en="in a group: which customer this conversation is about")
WORD = Phrase(zh="关联", en="link")
LINKED = Phrase(
    zh="这个会话现在是 {name} 的，聊天会记到 {name} 名下。",
    en="This conversation is about {name} now; what is said here is kept with {name}.",
)
STANDS = Phrase(zh="这个会话关联的是 {name}。", en="This conversation is about {name}.")
UNLINKED_YET = Phrase(
    zh="这个会话还没有关联客户。例如：关联 Acme",
    en="This conversation is linked to no customer. For example: link Acme",
)
ONLY_IN_GROUPS = Phrase(
    zh="这里是你和我的私聊。请在客户所在的群里发送：关联 名字",
    en="This is our direct chat. Send link NAME in the group the customer is in.",
)
UNLINK_USAGE = Phrase(zh="取消关联", en="unlink")
UNLINK_SUMMARY = Phrase(zh="这个会话不再属于某个客户", en="this conversation is about no customer any more")
UNLINKED = Phrase(zh="这个会话不再关联客户。", en="This conversation is linked to no customer any more.")
UNLINK_BUTTON = Phrase(zh="取消关联", en="Unlink")
UNLINK_COMMAND = Phrase(zh="取消关联", en="unlink")
