"""What is said of connections between staff and customers on a platform."""

from bot.language.phrase import Phrase

LOST = Phrase(zh="客户 {name} 删除了 {member}", en="{name} deleted {member} from their contacts")
LOST_TEXT = Phrase(
    zh="在企业微信里已经联系不上了；可以打电话，或记下原因。",
    en="They cannot be written to there any more. Call them, or note why.",
)
PHONE = Phrase(zh="电话", en="Phone")
OTHERS = Phrase(zh="仍在联系的同事", en="Colleagues still connected")
NOTE_BUTTON = Phrase(zh="记", en="Note")
NOTE_COMMAND = Phrase(zh="记 #{id}", en="note #{id}")
REMIND_BUTTON = Phrase(zh="提醒", en="Remind me")
REMIND_COMMAND = Phrase(zh="提醒 #{id}", en="remind #{id}")
STAGE_BUTTON = Phrase(zh="改阶段 流失", en="Stage: lost")
STAGE_COMMAND = Phrase(zh="改 #{id} 阶段 流失", en="set #{id} stage lost")
SHOW = Phrase(zh="查看", en="Show")
SHOW_COMMAND = Phrase(zh="查 #{id}", en="find #{id}")

LEFT = Phrase(zh="{name} 离职了，还有 {customers}等人接手", en="{name} has left; {customers} wait for a colleague")
LEFT_TEXT = Phrase(
    zh="发送：转交 {expression} 给 同事名，企业微信里的好友关系和客户群会一起转。",
    en="Send: assign {expression} to NAME. Their contacts and groups in WeCom go along.",
)
LEFT_EXPRESSION = Phrase(zh="负责人：{name}", en="owner:{name}")
LEFT_ITEM = Phrase(zh="{name}（#{id}）", en="{name} (#{id})")
AND_MORE = Phrase(zh="……还有 {count} 位", en="… and {count} more")

TRANSFER_DONE = Phrase(
    zh="{name} 的企业微信好友已从 {before} 转到 {after}。", en="{name} in WeCom has moved from {before} to {after}."
)
TRANSFER_REFUSED = Phrase(
    zh="{name} 没有同意换人：企业微信里仍是 {before} 的好友，请 {before} 先跟进。",
    en="{name} did not agree: in WeCom they stay {before}'s contact, so {before} has to write to them.",
)
TRANSFER_FULL = Phrase(
    zh="{after} 的企业微信客户已满，{name} 没有转过来。请清理后再转，或换一位同事。",
    en="{after} can have no more contacts in WeCom, so {name} did not move. Make room, or choose a colleague.",
)
TRANSFER_FAILED = Phrase(
    zh="{name} 在企业微信里没有转成（{reason}）：好友仍是 {before}。{mend}",
    en="{name} could not be moved in WeCom ({reason}): they stay {before}'s contact. {mend}",
)
GROUP_DONE = Phrase(
    zh="客户群“{name}”已从 {before} 转给 {after}。", en='The customer group "{name}" has gone from {before} to {after}.'
)
GROUP_FAILED = Phrase(
    zh="客户群“{name}”没有转成（{reason}）：群主仍是 {before}。{mend}",
    en='The customer group "{name}" could not be handed over ({reason}): it stays with {before}. {mend}',
)
GROUP_MENDS = {
    "90500": Phrase(zh="{before} 还没有离职。", en="{before} has not left yet."),
    "90502": Phrase(zh="{before} 已经离职，请再转交一次。", en="{before} has left; assign the customers once more."),
    "90507": Phrase(
        zh="{after} 今天不能再接手，或已是群主；明天再试。", en="{after} can take no more today, or has it already."
    ),
    "48002": Phrase(
        zh="请管理员在 客户联系 → 权限配置 里允许这个应用。", en="An administrator has to allow it under 客户联系."
    ),
}
MENDS = {
    "40097": Phrase(zh="{before} 还没有离职。", en="{before} has not left yet."),
    "40098": Phrase(
        zh="请 {after} 先在企业微信里实名认证。", en="{after} has to verify their real name in WeCom first."
    ),
    "40099": Phrase(zh="{after} 的客户已满，请换一位同事。", en="{after} can have no more contacts."),
    "40100": Phrase(zh="已经在转接中，等 24 小时再看。", en="It is under way already; wait 24 hours."),
    "40128": Phrase(
        zh="90 天内转过的客户不能再转，到期后再试。", en="A customer moves once in 90 days; try again after that."
    ),
    "40129": Phrase(zh="已经在转接中，等 24 小时再看。", en="It is under way already; wait 24 hours."),
    "40130": Phrase(zh="两边是同一个人。", en="Both are the same person."),
    "40131": Phrase(zh="客户已不是 {before} 的好友。", en="They are not {before}'s contact any more."),
    "40143": Phrase(zh="{after} 被企业微信限制，请换一位同事。", en="WeCom restricts {after}; choose a colleague."),
    "48002": Phrase(
        zh="请管理员在 客户联系 → 权限配置 里允许这个应用。", en="An administrator has to allow it under 客户联系."
    ),
}
NO_MEND = Phrase(zh="可以在企业微信管理后台里分配。", en="An administrator can do it in WeCom's console.")
