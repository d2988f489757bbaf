"""What reaches people later: nudges, the daily digest, notices."""

from bot.language.phrase import Phrase

NUDGE = Phrase(zh="提醒 #{id}", en="Reminder #{id}")
LATE = Phrase(zh="迟到 {span}", en="{span} late")
NO_TEXT = Phrase(zh="联系 {name}", en="Get back to {name}")
CUSTOMER = Phrase(zh="客户", en="Customer")
WHEN = Phrase(zh="时间", en="When")
FROM = Phrase(zh="来自", en="From")
SNOOZED = Phrase(zh="已推迟 {count} 次。", en="Put off {count}×.")
MISSED = Phrase(
    zh="这期间还错过了 {count} 次，合并为这一条。", en="{count} more came due meanwhile; this one stands for all."
)
MEANWHILE = Phrase(zh="{name} 在这期间发来过消息，先看看再联系：", en="{name} wrote meanwhile; read this first:")

GATHERED = Phrase(zh="{count} 项提醒到时间了", en="{count} reminders are due")
DONE = Phrase(zh="完成", en="Done")
DONE_OF = Phrase(zh="完成 #{id}", en="Done #{id}")
DONE_COMMAND = Phrase(zh="完成 #{id}", en="done #{id}")
IN_AN_HOUR = Phrase(zh="1小时后", en="In 1 hour")
IN_AN_HOUR_COMMAND = Phrase(zh="稍后 #{id} 1小时", en="snooze #{id} 1 hour")
TOMORROW = Phrase(zh="明天", en="Tomorrow")
TOMORROW_COMMAND = Phrase(zh="稍后 #{id} 明天9点", en="snooze #{id} tomorrow 9am")
OPEN = Phrase(zh="打开客户", en="Open customer")
OPEN_COMMAND = Phrase(zh="查 #{id}", en="find #{id}")

DIGEST = Phrase(zh="{name}，今天是{day}", en="{name}, today is {day}")
DAY = Phrase(zh="{month}月{number}日 周{weekday}", en="{weekday} {number} {month}")
OVERDUE = Phrase(zh="已逾期 {count}", en="Overdue: {count}")
TODAY = Phrase(zh="今天到期 {count}", en="Due today: {count}")
BIRTHDAYS = Phrase(zh="一周内生日 {count}", en="Birthdays within a week: {count}")
SILENT = Phrase(zh="超过 {days} 天没有下一步 {count}", en="No next step for {days} days: {count}")
NUDGE_LINE = Phrase(zh="#{id} {when} {text}{customer}", en="#{id} {when} {text}{customer}")
OF_CUSTOMER = Phrase(zh="（{name}）", en=" ({name})")
BIRTHDAY_LINE = Phrase(zh="{day} {name}", en="{day} {name}")
TODO = Phrase(zh="待办", en="To-dos")
TODO_COMMAND = Phrase(zh="待办", en="todo")

ASSIGNED = Phrase(zh="{by} 把提醒 #{id} 转给了你", en="{by} handed reminder #{id} to you")
NUDGE_DEAD = Phrase(zh="提醒 #{id} 没能送到 {name}", en="Reminder #{id} could not reach {name}")
AGAIN = Phrase(zh="再试一次", en="Try again")
NUDGE_DEAD_TEXT = Phrase(
    zh="{platform} 不接受这条消息：{reason}。它仍在待办里：可以转交给别人，"
    "或请 {name} 在 {platform} 上重新和机器人说句话。",
    en="{platform} does not take the message: {reason}. It is still among the to-dos: hand it to somebody else, "
    "or let {name} write to the bot on {platform} again.",
)
BROADCAST_DONE = Phrase(zh="群发 #{id} 结束了", en="Broadcast #{id} has ended")
STATES = {
    "sent": Phrase(zh="已发 {count}", en="Sent: {count}"),
    "dead": Phrase(zh="失败 {count}", en="Failed: {count}"),
    "skipped": Phrase(zh="跳过 {count}", en="Left out: {count}"),
    "cancelled": Phrase(zh="已取消 {count}", en="Cancelled: {count}"),
}
BROADCAST_COMMAND = Phrase(zh="群发 #{id}", en="broadcast #{id}")
BROADCAST_BUTTON = Phrase(zh="查看群发", en="Open broadcast")
ROBOT_PUSHED_OUT = Phrase(zh="机器人被别处的连接顶掉了", en="The robot was taken over by another connection")
ROBOT_PUSHED_OUT_TEXT = Phrase(
    zh="另一个程序用同一个 BotID 和 Secret 连上了，我在企业微信里收不到消息。"
    "停掉那个程序，或在智能机器人页面重置 Secret，再重启本程序。",
    en="Another program connected with the same BotID and secret, so nothing reaches me in WeCom. Stop that program, "
    "or make a new secret on the robot's page, then restart this one.",
)
