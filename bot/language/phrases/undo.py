"""What 撤销 says."""

from bot.language.phrase import Phrase

USAGE = Phrase(zh="撤销 [编号]\n撤销\n撤销 列表", en="undo [NUMBER]\nundo\nundo list")
SUMMARY = Phrase(
    zh="取消刚才的改动；撤销 列表 看还能撤销哪些", en="take back what you just changed; undo list shows what can be"
)
BROADCAST = Phrase(
    zh="发出的群发不能撤销。要停下还没发的：群发 取消 {id}。要撤销别的改动：撤销 列表",
    en="A broadcast cannot be taken back. To stop what is not sent yet: broadcast cancel {id}. To undo another change: "
    "undo list",
)
MOVED_ON = Phrase(
    zh="「{command}」撤销不了：之后又有变化，比如提醒已经响了。",
    en='"{command}" cannot be taken back: something changed since, such as a reminder that came.',
)
BEFORE = Phrase(zh="在它之前的：", en="Before it:")
UNDONE = Phrase(zh="已撤销：{command}", en="Undone: {command}")
LIST = Phrase(zh="{minutes} 分钟内的改动，还能撤销：", en="Changes of the last {minutes} minutes that can be undone:")
LINE = Phrase(zh="{number}. {command}（{when}）", en="{number}. {command} ({when})")
BUTTON = Phrase(zh="撤销 {number}", en="Undo {number}")
COMMAND = Phrase(zh="撤销 {number}", en="undo {number}")

GONE = Phrase(zh="「{name}」的记录不再有了", en='The record of "{name}" is gone')
BACK = Phrase(zh="「{name}」的记录恢复了", en='The record of "{name}" is back')
FIELD = Phrase(zh="{name} 的{label}恢复为 {value}", en="{name}: {label} is {value} again")
POINT_GONE = Phrase(zh="{value} 去掉了", en="{value} is gone")
POINT_BACK = Phrase(zh="{value} 恢复了", en="{value} is back")
TAG_GONE = Phrase(zh="标签 {tag} 去掉了", en="Tag {tag} is off")
TAG_BACK = Phrase(zh="标签 {tag} 恢复了", en="Tag {tag} is on again")
NOTE_GONE = Phrase(zh="备注「{text}」删掉了", en='The note "{text}" is gone')
NUDGE_GONE = Phrase(zh="提醒「{text}」取消了", en='The reminder "{text}" is cancelled')
NUDGE_BACK = Phrase(zh="提醒「{text}」恢复到 {when}", en='The reminder "{text}" is back, for {when}')
UNMERGED = Phrase(zh="{name} 又是单独的客户了", en="{name} is a customer of its own again")
LINK_BACK = Phrase(zh="会话的关联恢复了", en="The link of the conversation is as before")
SEGMENT_BACK = Phrase(zh="分组「{name}」恢复了", en='The segment "{name}" is as before')
TRANSFER_GOES_ON = Phrase(
    zh="撤不回的：企业微信已经在转接 {name}。客户 24 小时内不拒绝就会转过去，90 天后才能再转回来。",
    en="This cannot be taken back: WeCom was asked to move {name} already. Unless they refuse within 24 hours they "
    "move, and cannot be moved back for 90 days.",
)
GROUP_STAYS = Phrase(
    zh="撤不回的：企业微信客户群“{name}”已经转给新群主。",
    en='This cannot be taken back: the customer group "{name}" has its new owner in WeCom already.',
)
