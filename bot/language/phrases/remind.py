"""What 提醒/remind and 时间/when say."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="提醒我 下周一上午十点 跟进报价\n提醒 张三 明天下午3点 发合同\n"
    "提醒我 每周一9点 看管道\n提醒 小王 周五 给客户发报价",
    en="remind me tomorrow 3pm to call Bob\nremind me every Monday 9am to look at the pipeline\n"
    "remind Bob on Friday to send the quote",
)
SUMMARY = Phrase(
    zh="到时间在这里提醒你或同事；可以重复（完成只算这一次，停止 结束整个重复）",
    en="Ring at the time, for you or a colleague; may repeat (done closes one time, stop ends the series)",
)
WHEN_USAGE = Phrase(zh="时间 下周三下午", en="when next friday")
WHEN_SUMMARY = Phrase(zh="一个时间说法会被读成什么", en="How a time is read")

TIME = Phrase(zh="时间", en="When")
NEXT = Phrase(zh="下一次", en="Next")
REPEATS = Phrase(zh="重复", en="Repeats")
CUSTOMER = Phrase(zh="客户", en="Customer")
FOR = Phrase(zh="提醒谁", en="For")
TITLE = Phrase(zh="提醒 #{id}", en="Reminder #{id}")
MOVE = Phrase(zh="改时间", en="Other time")
MOVE_COMMAND = Phrase(zh="改时间 #{id}", en="reschedule #{id}")
FOLLOW_UP = Phrase(zh="跟进 {name}", en="Follow up with {name}")
FOLLOW_UP_ANY = Phrase(zh="跟进", en="Follow up")
EMPTY = Phrase(
    zh="提醒什么、什么时候？例：提醒我 明天下午3点 给李四打电话",
    en="Remind you of what, and when? For example: remind me tomorrow 3pm to call Bob",
)
ASK_TIME = Phrase(zh="什么时候提醒？“{text}”", en='When? "{text}"')
ASK_FOOTER = Phrase(zh="也可以回复时间，例如：{call}周五下午3点", en="Or answer with a time, such as: {call}Friday 3pm")
IN_AN_HOUR = Phrase(zh="1小时后", en="In 1 hour")
TOMORROW = Phrase(zh="明天9点", en="Tomorrow 9am")
MONDAY = Phrase(zh="下周一9点", en="Next Monday 9am")
IN_AN_HOUR_TEXT = Phrase(zh="1小时后", en="in 1 hour")
TOMORROW_TEXT = Phrase(zh="明天9点", en="tomorrow at 9am")
MONDAY_TEXT = Phrase(zh="下周一9点", en="next Monday at 9am")
SET_COMMAND = Phrase(zh="提醒 {text}", en="remind {text}")
PAST = Phrase(
    zh="{when} 已经过去了。要不要改成 {next}？",
    en="{when} is in the past. Shall I make it {next}?",
)
PAST_YES = Phrase(zh="改成 {next}", en="Make it {next}")
NOT_YOURS = Phrase(
    zh="{name} 不在你的团队，你不能替 TA 设提醒。请 {name} 自己设，或请 TA 的经理来设；提醒你自己请写：提醒我 …",
    en="You cannot set a reminder for {name}, who is not in your team. Ask {name} or their manager to set it; for "
    "yourself write: remind me …",
)
MAY_NOT = Phrase(
    zh="你的角色只能查看，不能设提醒。{ask}要自己设，请管理员给你能修改客户的角色：成员 {me} 角色 销售",
    en="Your role lets you look, not set reminders. {ask}To set your own, have an administrator give you a role that "
    "changes customers: staff {me} role sales",
)
ASK_OWNER = Phrase(
    zh="{customer} 由 {owner} 负责，可以请 {owner} 来设。", en="{customer} is with {owner}: ask {owner} to set it. "
)
WHICH = Phrase(zh="哪一位 {name}？", en="Which {name}?")
WHICH_ITEM = Phrase(zh="{number}. {name}{company}（#{id}）", en="{number}. {name}{company} (#{id})")

DATE_ONLY = Phrase(zh="只说了日期，提醒会在 {hour}:00 响", en="Only a day: a reminder rings at {hour}:00")
NO_TIME = Phrase(
    zh="没看出时间。可以这样说：明天下午3点、下周一、2小时后、每个工作日9点",
    en="I see no time in it. Say it like: tomorrow 3pm, next Monday, in 2 hours, every weekday at 9",
)
ASK_WHEN = Phrase(zh="要读哪个时间？例：时间 下周三下午", en="Which time? For example: when next friday")
