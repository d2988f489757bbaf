"""What 合并/merge says."""

from bot.language.phrase import Phrase

USAGE = Phrase(zh="合并 张三 张三丰", en="merge Bob into Robert | merge Robert, Bob")
SUMMARY = Phrase(
    zh="两条记录其实是同一位客户：合成一条（可撤销）",
    en="Two records are the same customer: make them one (can be undone)",
)
ASK_BOTH = Phrase(
    zh="请写两位客户，先写保留的那位。例：合并 张三 张三丰",
    en="Name two customers, the one to keep first. For example: merge Robert, Bob",
)
TITLE = Phrase(zh="把 {other} 并入 {keep}？", en="Merge {other} into {keep}?")
ADDED = Phrase(zh="并入", en="Added")
DIFFERENCE = Phrase(zh="{kept}（不取 {dropped}）", en="{kept} (not {dropped})")
LABELS = {
    "tag": Phrase(zh="标签", en="Tag"),
    "alias": Phrase(zh="别名", en="Other name"),
}
NOTHING = Phrase(zh="没有新内容", en="nothing new")
CONFIRM = Phrase(zh="确认合并", en="Merge")
CONFIRM_COMMAND = Phrase(zh="合并 #{keep} #{other} 确认", en="merge #{keep} #{other} confirm")
SWAP = Phrase(zh="反过来保留 {other}", en="Keep {other} instead")
SWAP_COMMAND = Phrase(zh="合并 #{other} #{keep}", en="merge #{other} #{keep}")
CANCEL = Phrase(zh="取消", en="Cancel")
CANCEL_COMMAND = Phrase(zh="否", en="no")
FOOTER = Phrase(zh="回复“{call}是”确认。合并后可以撤销。", en="Answer {call}yes to merge. It can be undone.")
DONE = Phrase(
    zh="已合并：{other} 的资料都在 {keep} 里了。",
    en="Merged: everything about {other} is now with {keep}.",
)
SHOW = Phrase(zh="查看 {keep}", en="Show {keep}")
SHOW_COMMAND = Phrase(zh="查 #{keep}", en="find #{keep}")
