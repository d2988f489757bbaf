"""What 转交/assign says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="转交 张三 给 小王\n转交 VIP & !流失 给 小王\n转交 张三 给 公海",
    en="assign Acme to Bob\nassign VIP & !lost to Bob\nassign Acme to pool",
)
SUMMARY = Phrase(
    zh="把客户（或一群客户）转给同事，待办一起转，并通知对方",
    en="Give a customer, or a whole segment, to a colleague, open to-dos included; they are told",
)
ASK = Phrase(
    zh="请写转交谁、给谁。例：转交 张三 给 小王",
    en="Say whom, and to whom. For example: assign Acme to Bob",
)
DONE = Phrase(zh="{name} 已转交：{before} → {after}", en="{name} now belongs to {after} (before: {before})")
ALONG = Phrase(zh="一起转交的待办：{todos}", en="Went along: {todos}")
TOLD = Phrase(zh="已通知 {name}。", en="{name} is being told.")
TRANSFERS = Phrase(
    zh="企业微信好友 30 秒后一起转给 {after}：{customers}。客户 24 小时内可以拒绝；之后 90 天内不能再转。",
    en="In WeCom {customers} will be asked in 30 seconds to go along to {after}. They have 24 hours to refuse and "
    "cannot be moved again for 90 days.",
)
WILL_TRANSFER = Phrase(
    zh="企业微信好友一起转接：{customers}（客户 24 小时内可以拒绝）",
    en="Asked in WeCom to go along: {customers} (they have 24 hours to refuse)",
)
GROUPS = Phrase(
    zh="企业微信客户群 30 秒后一起转给 {after}：{groups}。",
    en="In WeCom {groups} will be handed over to {after} in 30 seconds.",
)
GROUPS_TOO = Phrase(zh="企业微信客户群一起转接：{groups}", en="Handed over in WeCom: {groups}")
SAME = Phrase(zh="{name} 本来就归 {after}，没有改动。", en="{name} belongs to {after} already; nothing changed.")
POOL = Phrase(zh="公海", en="the pool")
TITLE = Phrase(zh="把 {customers}转交给 {after}？", en="Give {customers} to {after}?")
AND_MORE = Phrase(zh="……还有 {count} 位", en="… and {count} more")
ITEM = Phrase(zh="{name}（现归 {owner}）", en="{name} (now with {owner})")
TODOS = Phrase(zh="待办一起转交：{todos}", en="Open to-dos go along: {todos}")
ALREADY = Phrase(zh="已归 {after} 的不动：{customers}", en="Already with {after}, left alone: {customers}")
CONFIRM = Phrase(zh="确认转交", en="Assign")
CONFIRM_COMMAND = Phrase(zh="转交 {what} 给 {to} 确认 {count}", en="assign {what} to {to} confirm {count}")
CANCEL = Phrase(zh="取消", en="Cancel")
CANCEL_COMMAND = Phrase(zh="否", en="no")
FOOTER = Phrase(zh="回复“{call}是”确认。之后可以撤销。", en="Answer {call}yes to do it. It can be undone.")
CHANGED_COUNT = Phrase(
    zh="人数变了（刚才 {before}，现在 {after}），请再确认一次。",
    en="The number changed meanwhile (it was {before}, now {after}): please confirm again.",
)
DONE_MANY = Phrase(zh="已把 {customers}转交给 {after}。", en="{customers} now with {after}.")
AMBIGUOUS = Phrase(
    zh="“{what}”里有重名的客户。请一位一位地转，或写编号，例如 转交 #12、#15 给 小王",
    en='Some names in "{what}" are shared. Assign one at a time, or write numbers: assign #12, #15 to Bob',
)
NONE = Phrase(zh="“{what}”里没有要转交的客户。", en='There is nobody to assign in "{what}".')
TOO_MANY = Phrase(
    zh="一次最多转交 {limit} 位，这里有 {count} 位。请缩小范围。",
    en="At most {limit} can be assigned at once; these are {count}. Narrow it down.",
)

NOTICE = Phrase(zh="{by} 把客户 {name} 转交给你", en="{by} gave you the customer {name}")
NOTICE_MANY = Phrase(zh="{by} 把 {customers}转交给你", en="{by} gave you {customers}")
NOTICE_TODO = Phrase(zh="待办 #{id} {when} {text}", en="To-do #{id} {when} {text}")
NOTICE_ITEM = Phrase(zh="{name}（#{id}）", en="{name} (#{id})")
NOTICE_STAGE = Phrase(zh="阶段", en="Stage")
NOTICE_LAST = Phrase(zh="上次联系", en="Last contact")
SHOW = Phrase(zh="查看", en="Show")
SHOW_COMMAND = Phrase(zh="查 #{id}", en="find #{id}")
