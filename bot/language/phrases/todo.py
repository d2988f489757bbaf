"""What 待办/todo, 完成/done, 稍后/snooze, 改时间/reschedule and 停止/stop say."""

from bot.language.phrase import Phrase

TODO_USAGE = Phrase(
    zh="待办 | 待办 今天 | 待办 张三 | 待办 团队 | 待办 #41", en="todo | todo today | todo Bob | todo team | todo #41"
)
TODO_SUMMARY = Phrase(zh="未完成的提醒：已逾期、今天、本周、以后", en="What is open: overdue, today, this week, later")
DONE_USAGE = Phrase(zh="完成 | 完成 2 | 完成 #41 | 完成 张三", en="done | done 2 | done #41 | done Bob")
DONE_SUMMARY = Phrase(
    zh="完成一项待办（不写哪项：最近响过的那条）；重复的只完成这一次",
    en="Close a to-do (the last one that rang, if none is named); a repeating one is closed for this time only",
)
SNOOZE_USAGE = Phrase(
    zh="稍后 | 稍后 2 1小时 | 稍后 #41 明天9点",
    en="snooze | snooze 2 1 hour | snooze #41 until tomorrow 9am",
)
SNOOZE_SUMMARY = Phrase(zh="推迟一项待办（不写多久：1 小时）", en="Put a to-do off (for an hour, if nothing is said)")
MOVE_USAGE = Phrase(
    zh="改时间 2 周五10点 | 改时间 #41 每周一9点", en="reschedule 2 Friday 10am | reschedule #41 every Monday 9am"
)
MOVE_SUMMARY = Phrase(zh="给一项待办换个时间", en="Give a to-do another time")
STOP_USAGE = Phrase(zh="停止 2 | 停止 #41", en="stop 2 | stop #41")
STOP_SUMMARY = Phrase(
    zh="取消一项待办；重复的提醒从此不再响",
    en="Drop a to-do; a repeating one never rings again",
)

TITLE = Phrase(zh="待办（{todos}）", en="{todos} open")
TITLE_OF = Phrase(zh="{name} 的待办（{todos}）", en="{todos} open for {name}")
TITLE_TEAM = Phrase(zh="团队的待办（{todos}）", en="{todos} open in the team")
TITLE_CUSTOMER = Phrase(zh="关于 {name} 的待办（{todos}）", en="{todos} open about {name}")
TITLE_DAY = Phrase(zh="{day}的待办（{todos}）", en="{todos} open {day}")
NONE_DAY = Phrase(zh="{day}没有待办。", en="Nothing is open {day}.")
NONE = Phrase(zh="没有待办。", en="Nothing is open.")
NONE_OF = Phrase(zh="{name} 没有待办。", en="Nothing is open for {name}.")
NONE_CUSTOMER = Phrase(
    zh="{name} 没有待办。设一个：提醒 {name} 明天9点",
    en="Nothing is open about {name}. Set one: remind me tomorrow 9am to call {name}",
)
NONE_TEAM = Phrase(zh="团队没有待办。", en="Nothing is open in the team.")
NONE_FOOTER = Phrase(zh="设一个：提醒我 明天9点 给李四打电话", en="Set one: remind me tomorrow 9am to call Bob")
OVERDUE = Phrase(zh="— 已逾期 {count} —", en="— overdue: {count} —")
TODAY = Phrase(zh="— 今天 {count} —", en="— today: {count} —")
WEEK = Phrase(zh="— 本周 {count} —", en="— this week: {count} —")
LATER = Phrase(zh="— 以后 {count} —", en="— later: {count} —")
ITEM = Phrase(
    zh="{number}. {when} {text}{customer}{who}{repeats}", en="{number}. {when} {text}{customer}{who}{repeats}"
)
ITEM_CUSTOMER = Phrase(zh="（{name}）", en=" ({name})")
ITEM_WHO = Phrase(zh=" · {name}", en=" · {name}")
ITEM_REPEATS = Phrase(zh=" · {rule}", en=" · {rule}")
FOOTER = Phrase(
    zh="完成 {number} · 稍后 {number} 1小时 · 改时间 {number} 明天9点",
    en="done {number} · snooze {number} 1 hour · reschedule {number} tomorrow 9am",
)
MORE = Phrase(zh="更多（{count}）", en="{count} more")
MORE_COMMAND = Phrase(zh="待办 {which} 第{page}页", en="todo {which} page {page}")
NO_PAGE = Phrase(zh="没有第 {page} 页，共 {pages} 页。", en="There is no page {page}; the last is {pages}.")
MANAGERS_ONLY = Phrase(zh="你只能看到自己的待办。发送：待办", en="You see your own only. Send: todo")
SHOW_COMMAND = Phrase(zh="待办 #{id}", en="todo #{id}")

CARD_TITLE = Phrase(zh="待办 #{id}", en="To-do #{id}")
WHEN = Phrase(zh="时间", en="When")
REPEATS = Phrase(zh="重复", en="Repeats")
CUSTOMER = Phrase(zh="客户", en="Customer")
FOR = Phrase(zh="给", en="For")
STATE = Phrase(zh="状态", en="State")
STATES = {
    "open": Phrase(zh="未完成", en="open"),
    "done": Phrase(zh="已完成", en="done"),
    "cancelled": Phrase(zh="已取消", en="cancelled"),
}
DONE_BUTTON = Phrase(zh="完成", en="Done")
DONE_BUTTON_OF = Phrase(zh="完成 {number}", en="Done {number}")
DONE_COMMAND = Phrase(zh="完成 #{id}", en="done #{id}")
SNOOZE_BUTTON = Phrase(zh="1小时后", en="In 1 hour")
SNOOZE_COMMAND = Phrase(zh="稍后 #{id}", en="snooze #{id}")
MOVE_BUTTON = Phrase(zh="改时间", en="Other time")
MOVE_COMMAND = Phrase(zh="改时间 #{id}", en="reschedule #{id}")
STOP_BUTTON = Phrase(zh="停止", en="Stop")
STOP_COMMAND = Phrase(zh="停止 #{id}", en="stop #{id}")

DONE = Phrase(zh="已完成：{text}{customer}", en="Done: {text}{customer}")
DONE_NEXT = Phrase(
    zh="这一次已完成：{text}{customer}。下一次：{when}。要彻底停下：停止 #{id}",
    en="Done for this time: {text}{customer}. Next: {when}. To end it: stop #{id}",
)
DONE_LAST = Phrase(zh="已完成：{text}{customer}。这是最后一次。", en="Done: {text}{customer}. That was the last time.")
SNOOZED = Phrase(
    zh="好，{when}再提醒你：{text}{customer}", en="All right, I will remind you on {when}: {text}{customer}"
)
MOVED = Phrase(zh="已改到 {when}：{text}{customer}", en="Moved to {when}: {text}{customer}")
STOPPED = Phrase(zh="已取消：{text}{customer}", en="Dropped: {text}{customer}")
STOPPED_SERIES = Phrase(
    zh="不再重复：{text}{customer}（{rule}）", en="It will not ring again: {text}{customer} ({rule})"
)
WAS_DONE = Phrase(zh="{who} {ago}已经完成了：{text}（{when}）", en="{who} closed it {ago}: {text} ({when})")
WAS_DONE_NEXT = Phrase(
    zh="{who} {ago}已经完成了这一次：{text}。下一次：{next}",
    en="{who} closed it for this time {ago}: {text}. Next: {next}",
)
WAS_STOPPED = Phrase(zh="{who} {ago}已经取消了：{text}（{when}）", en="{who} dropped it {ago}: {text} ({when})")
YOU = Phrase(zh="你", en="You")
JUST_NOW = Phrase(zh="刚刚", en="just now")
SOMEBODY = Phrase(zh="有人", en="Somebody")
WHICH = Phrase(zh="哪一项？", en="Which one?")
WHICH_ITEM = Phrase(zh="{number}. {when} {text}{customer}", en="{number}. {when} {text}{customer}")
NOTHING_OPEN = Phrase(zh="你没有待办。", en="You have nothing open.")
NO_SUCH_NUMBER = Phrase(
    zh="没有第 {number} 项。发送 待办 看列表。",
    en="There is no number {number}. See the list with: todo",
)
NO_MATCH = Phrase(
    zh="没有关于“{text}”的待办。发送 待办 看列表。",
    en='Nothing open is about "{text}". See the list with: todo',
)
ASK_TIME = Phrase(zh="“{text}”改到什么时候？", en='When should "{text}" be?')
NO_TIME = Phrase(
    zh="没看出“{text}”是什么时间。例：明天9点、周五下午3点、2小时后",
    en='I see no time in "{text}". For example: tomorrow 9am, Friday 3pm, in 2 hours',
)
