"""What 分组 says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="分组 条件\n分组 VIP\n分组 我的\n分组 VIP & !流失 & 最近联系>30天\n分组 重点 = VIP & 等级:A\n分组 删除 重点",
    en="segment EXPRESSION\nsegment VIP\nsegment mine\nsegment VIP & !lost & last_contact>30d\n"
    "segment key = VIP & tier:A\nsegment delete key",
)
SUMMARY = Phrase(zh="按标签和条件列出客户；用 = 保存", en="customers by tags and conditions; = saves it under a name")
TITLE = Phrase(zh="{name}：{customers}", en="{name}: {customers}")
MINE = Phrase(zh="我的客户", en="My customers")
ALL = Phrase(zh="全部客户", en="All customers")
NOBODY = Phrase(zh="{name}：没有客户。", en="{name}: no customers.")
PAGE_FOOTER = Phrase(
    zh="第 {page} 页，共 {pages} 页；回复序号打开卡片，例如 {call}2",
    en="Page {page} of {pages}; answer with a number to open a card, such as {call}2",
)
FOOTER = Phrase(zh="回复序号打开卡片，例如 {call}2", en="Answer with a number to open a card, such as {call}2")
MORE = Phrase(zh="下一页", en="Next page")
MORE_COMMAND = Phrase(zh="分组 {what} 第{page}页", en="segment {what} page {page}")
SAVED = Phrase(
    zh="已保存分组「{name}」：{expression}（{customers}）", en='Saved the segment "{name}": {expression} ({customers})'
)
DELETED = Phrase(zh="已删除分组「{name}」", en='Deleted the segment "{name}"')
LIST = Phrase(zh="已保存的分组", en="Saved segments")
LIST_LINE = Phrase(zh="{name} = {expression}", en="{name} = {expression}")
LIST_EMPTY = Phrase(
    zh="还没有保存的分组。例如：分组 重点 = VIP & 等级:A\n标签本身就是分组：分组 VIP",
    en="There are no saved segments. For example: segment key = VIP & tier:A\n"
    "A tag is a segment by itself: segment VIP",
)
SHOW_COMMAND = Phrase(zh="分组 {name}", en="segment {name}")
