"""What 帮助 and 我是谁 say."""

from bot.language.phrase import Phrase

HELP_USAGE = Phrase(zh="帮助 [指令]", en="help [command]")
HELP_SUMMARY = Phrase(zh="能做什么，怎么写", en="what I can do, and how to write it")
TITLE = Phrase(zh="我能做这些", en="What I can do")
INTRODUCTION = Phrase(
    zh="直接输入名字、拼音或手机尾号查客户，也可以直接问：张总的电话是多少",
    en="Type a name, a part of one or the last digits of a phone; or just ask: what's Acme's stage?",
)
FOOTER = Phrase(zh="发送 帮助 新建 看一条指令的写法", en="Send help new for how to write one of them")
FOOTER_MORE = Phrase(
    zh="还有：{others}\n发送 帮助 新建 看一条指令的写法",
    en="Also: {others}\nSend help new for how to write one of them",
)
NO_SUCH = Phrase(zh="没有「{word}」这条指令。发送 帮助 看全部。", en='There is no command "{word}". Send: help')
OTHER_WORDS = Phrase(zh="也可以写：{words}", en="Also: {words}")

WHOAMI_USAGE = Phrase(zh="我是谁", en="whoami")
WHOAMI_SUMMARY = Phrase(zh="我的角色和能看到的范围", en="my role, and what I may see")
WHOAMI = Phrase(zh="你是 {name}", en="You are {name}")
ROLE = Phrase(zh="角色", en="Role")
SEES = Phrase(zh="能看到", en="Sees")
ZONE = Phrase(zh="时区", en="Time zone")
HANDLE = Phrase(zh="账号", en="Account")
SEES_ALL = Phrase(zh="所有客户", en="all customers")
SEES_TEAM = Phrase(
    zh="自己和团队的客户（共 {count} 人），以及公共池", en="customers of {count} colleagues, own included, and the pool"
)
SEES_OWN = Phrase(zh="自己的客户和公共池", en="own customers and the pool")

ROLES = {
    "admin": Phrase(zh="管理员", en="administrator"),
    "manager": Phrase(zh="经理", en="manager"),
    "sales": Phrase(zh="销售", en="sales"),
    "viewer": Phrase(zh="只读", en="read only"),
}
