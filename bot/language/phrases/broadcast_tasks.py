"""What is said of the members of staff who are asked to send a broadcast to their own customers."""

from bot.language.phrase import Phrase
from crm_core.outreach.tables import DeliveryState, TaskState

ASKED_OF = Phrase(zh="{name} {count}", en="{name} {count}")
MORE = Phrase(zh="还有 {count} 位", en="{count} more")
AWAITED = Phrase(
    zh="企业微信客户要由 {members}在企业微信里确认后才会收到，确认情况看进度。",
    en="Customers on WeCom receive it once {members} confirmed it in WeCom; see the progress.",
)
LINE = Phrase(zh="{name}：{what}", en="{name}: {what}")
STATES = {
    TaskState.PLANNED: Phrase(zh="待创建", en="to be created"),
    TaskState.CREATING: Phrase(zh="正在创建", en="being created"),
    TaskState.DISPATCHING: Phrase(zh="正在下发", en="being handed out"),
    TaskState.WAITING: Phrase(zh="等待确认", en="not confirmed yet"),
    TaskState.PART_SENT: Phrase(zh="{when} 已确认，部分发出", en="confirmed {when}, sent to some"),
    TaskState.SENT: Phrase(zh="{when} 已确认", en="confirmed {when}"),
    TaskState.CLOSED: Phrase(zh="到期未确认", en="never confirmed"),
    TaskState.CANCELLING: Phrase(zh="正在取消", en="being cancelled"),
    TaskState.CANCELLED: Phrase(zh="已取消", en="cancelled"),
    TaskState.FAILED: Phrase(zh="没有建成", en="not created"),
}
COUNTS = {
    DeliveryState.WAITING: Phrase(zh="待发 {count}", en="{count} to go"),
    DeliveryState.SENT: Phrase(zh="已发 {count}", en="{count} sent"),
    DeliveryState.CANCELLED: Phrase(zh="取消 {count}", en="{count} cancelled"),
}
MISSED = Phrase(zh="没发到 {count}（{why}）", en="{count} not sent ({why})")
WHY = Phrase(zh="{why} {count}", en="{why} {count}")
REMINDERS = Phrase(zh="已提醒 {count} 次", en="reminded {count}×")
REMIND = Phrase(zh="提醒未确认的（{count}）", en="Remind {count}")
REMIND_COMMAND = Phrase(zh="群发 提醒 {id}", en="broadcast remind {id}")
REMINDED = Phrase(zh="正在请企业微信提醒 {members}。", en="WeCom is reminding {members}.")
TOO_OFTEN = Phrase(
    zh="{members}24 小时内已提醒过 3 次，企业微信不再提醒，请直接联系。",
    en="{members} had three reminders within 24 hours, and WeCom allows no more: talk to them.",
)
TASK = Phrase(
    zh="群发 #{id}（{by}）：请在企业微信“客户联系 → 群发助手”里确认，发给你的 {customers}：{text}",
    en="Broadcast #{id} by {by}: please confirm it in WeCom (客户联系 → 群发助手) for {customers} of yours: {text}",
)
