"""What 没有下一步/stale says."""

from bot.language.phrase import Phrase

USAGE = Phrase(zh="没有下一步 [天数]", en="stale [days]")
SUMMARY = Phrase(
    zh="没有待办、又很久没联系的客户",
    en="Customers without a next step and without contact for days",
)
TITLE = Phrase(
    zh="{days}没有联系、也没有下一步（{customers}）",
    en="No next step and no contact for {days}: {customers}",
)
NONE = Phrase(
    zh="很好：{days}没联系的客户都有下一步。",
    en="Well done: every customer without contact for {days} has a next step.",
)
ITEM = Phrase(zh="{number}. {name} · {last}{owner}", en="{number}. {name} · {last}{owner}")
LAST = Phrase(zh="上次联系 {when}", en="last contact {when}")
NEVER = Phrase(zh="从未联系", en="never contacted")
OWNER = Phrase(zh=" · {owner}", en=" · {owner}")
MORE = Phrase(zh="只显示前 {count} 位。", en="The first {count} are shown.")
FOOTER = Phrase(zh="定下一步：提醒 {name} 明天9点", en="Set one: remind me tomorrow 9am to call {name}")
SHOW_COMMAND = Phrase(zh="查 #{id}", en="find #{id}")
REMIND = Phrase(zh="提醒：{name}", en="Remind: {name}")
REMIND_COMMAND = Phrase(zh="提醒 跟进 #{id}", en="remind me to follow up with #{id}")
BAD_DAYS = Phrase(
    zh="天数是 1 到 3650 的整数。例：没有下一步 14",
    en="The days are a whole number from 1 to 3650. For example: stale 14",
)
