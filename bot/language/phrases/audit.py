"""What 审计/audit says."""

from bot.language.phrase import Phrase

USAGE = Phrase(zh="审计 张三\n审计", en="audit Bob\naudit")
SUMMARY = Phrase(
    zh="谁看过、改过某位客户（自己的客户；经理和管理员看得更多）",
    en="Who saw or changed a customer (your own; managers and administrators see more)",
)
WORD = Phrase(zh="审计", en="audit")
TITLE = Phrase(zh="谁看过、改过 {name}", en="Who saw or changed {name}")
TITLE_ALL = Phrase(zh="最近谁看过、改过什么", en="Who saw or changed what, lately")
NONE = Phrase(zh="还没有记录。", en="Nothing is on record yet.")
SAW = Phrase(zh="{when} {actor} 看了{what}：{command}{room}", en="{when} {actor} saw {what}: {command}{room}")
CHANGED = Phrase(zh="{when} {actor} 改了{what}：{command}{room}", en="{when} {actor} changed {what}: {command}{room}")
UNDID = Phrase(
    zh="{when} {actor} 撤销了对{what}的改动：{command}{room}",
    en="{when} {actor} undid a change of {what}: {command}{room}",
)
ROOM = Phrase(zh="（在{room}）", en=" (in {room})")
IT = Phrase(zh="TA", en="it")
CUSTOMER = Phrase(zh="客户 {name}", en="{name}")
SOMETHING = Phrase(zh="资料", en="something")
DIRECT = Phrase(zh="私聊", en="a direct chat")

#: How somebody came to see or change something other than by a command of the chat.
WAYS = {
    "digest": Phrase(zh="日报", en="daily digest"),
    "nudge": Phrase(zh="到期的提醒", en="a reminder"),
    "notice": Phrase(zh="通知", en="a notice"),
    "choice": Phrase(zh="选择", en="a choice"),
    "export": Phrase(zh="导出", en="export"),
    "import": Phrase(zh="导入", en="import"),
    "opted_out": Phrase(zh="退订", en="opted out"),
    "recognised": Phrase(zh="按邮箱认出的账号", en="an account recognised by its e-mail"),
    "opted_in": Phrase(zh="恢复订阅", en="opted in"),
    "broadcast approval asked": Phrase(zh="群发提交批准", en="asked for approval of a broadcast"),
    "broadcast approved": Phrase(zh="批准群发", en="approved a broadcast"),
    "broadcast refused": Phrase(zh="拒绝群发", en="refused a broadcast"),
    "sequence approval asked": Phrase(zh="流程提交批准", en="asked for approval of a sequence"),
    "sequence approved": Phrase(zh="批准流程", en="approved a sequence"),
    "sequence refused": Phrase(zh="拒绝流程", en="refused a sequence"),
    "sequence taken_over": Phrase(zh="自己启用了等待批准的流程", en="switched on a sequence that waited for approval"),
    "sequence withdrawn": Phrase(zh="结束了流程的批准申请", en="ended the request to approve a sequence"),
}
REST = Phrase(zh="接口", en="REST")
