"""What this adapter itself says, in both languages; what the product says comes to it as cards."""

from crm_core.words import Words

#: Stays where it is shown: Slack lets nobody replace what a command was acknowledged with (bolt-js, issue 2287).
LOOKING = Words(zh="正在查，答复随后就到。", en="Looking; the answer follows.")
SLOW = Words(
    zh="比平时慢；一分钟内没有答复的话，请再发一次。",
    en="This takes longer than usual. If no answer comes within a minute, please send it again.",
)
NO_ANSWER = Words(zh="这次没能答复，请再发一次。", en="No answer could be given this time. Please send it again.")
RESTARTED = Words(
    zh="程序刚刚重启，没能给出答复；您要做的事可能已经完成，重发之前请先看一眼。",
    en="The program was restarted before it could answer. What you asked for may have been done: look before you send "
    "it again.",
)
NOT_KEPT = Words(zh="刚才没能记下，请再发一次。", en="That could not be kept just now. Please send it again.")

OUTSIDER = Words(
    zh="我只为公司成员服务；如果你是成员，请管理员把你加进成员名单。",
    en="I only serve the staff of this company; if you are one of them, ask an administrator to add you.",
)
LOADING = Words(zh="正在准备…", en="One moment…")
CANCEL = Words(zh="取消", en="Cancel")
CLOSE = Words(zh="关闭", en="Close")

LOG_TITLE = Words(zh="归档到 CRM", en="Log to CRM")
LOG_SUBMIT = Words(zh="归档", en="Log")
TASK_TITLE = Words(zh="新建 CRM 待办", en="New CRM task")
TASK_SUBMIT = Words(zh="建立", en="Create")
CUSTOMER = Words(zh="客户", en="Customer")
CUSTOMER_HINT = Words(zh="名字、拼音或其中一部分", en="A name or a part of one")
KIND = Words(zh="同时", en="Besides")
KIND_NONE = Words(zh="只归档消息", en="Only log the message")
KIND_NOTE = Words(zh="记一条备注", en="Write a note")
KIND_TASK = Words(zh="建一项待办", en="Create a task")
TEXT = Words(zh="内容", en="Text")
DUE = Words(zh="待办时间", en="When the task is due")
THREAD = Words(zh="范围", en="How much")
THREAD_WHOLE = Words(zh="整个话题，而不只是这一条", en="The whole thread, not this message alone")

NO_CUSTOMER = Words(zh="请选择一个客户。", en="Pick a customer.")
NO_TEXT = Words(zh="请写上内容。", en="Write something here.")
NO_DUE = Words(zh="待办要有时间。", en="A task needs a time.")
PAST_DUE = Words(zh="这个时间已经过去了。", en="This time has passed.")
NOT_INSIDE = Words(
    zh="你不在这条消息所在的频道里，所以不能归档它。",
    en="You are not in the channel of this message, so it cannot be logged.",
)
TRY_AGAIN = Words(zh="Slack 暂时没有回应，请再试一次。", en="Slack did not answer just now. Please try again.")
STALE = Words(zh="这个表单已经失效，请重新打开。", en="This form is out of date. Please open it again.")
