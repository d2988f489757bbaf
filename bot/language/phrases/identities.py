"""What 待认领/identities says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="待认领 | 待认领 关联 7 张三 | 待认领 新建 7",
    en="identities | identities link 7 to Bob | identities create 7",
)
SUMMARY = Phrase(
    zh="还不知道是谁的聊天账号：关联到客户，或据此新建客户",
    en="Chat accounts that belong to no customer yet: link them, or create a customer",
)
TITLE = Phrase(zh="待认领（{count}）", en="{count} to review")
NONE = Phrase(zh="没有待认领的账号。", en="No account is waiting for review.")
ITEM = Phrase(zh="{number}. {name}（{platform}）编号 {id}", en="{number}. {name} ({platform}), number {id}")
FOOTER = Phrase(
    zh="关联：待认领 关联 {id} 客户名。新建：待认领 新建 {id}",
    en="Link: identities link {id} to NAME. New customer: identities create {id}",
)
NAMELESS = Phrase(zh="（没有名字）", en="(no name)")
CARD = Phrase(zh="{name}（{platform}）是谁？", en="Who is {name} ({platform})?")
LINK = Phrase(zh="是 {name}", en="It is {name}")
LINK_COMMAND = Phrase(zh="待认领 关联 {id} #{customer}", en="identities link {id} #{customer}")
CREATE = Phrase(zh="新建客户", en="New customer")
CREATE_COMMAND = Phrase(zh="待认领 新建 {id}", en="identities create {id}")
SHOW_COMMAND = Phrase(zh="待认领 {id}", en="identities {id}")
LINKED = Phrase(
    zh="已把 {identity}（{platform}）关联到 {name}，之前的聊天也归到 TA。",
    en="Linked {identity} ({platform}) to {name}; what was said there belongs to them now.",
)
CREATED = Phrase(
    zh="已新建客户 {name}，并关联 {platform} 账号。",
    en="Created the customer {name} and linked the {platform} account.",
)
UNKNOWN = Phrase(
    zh="没有编号 {id} 的待认领账号。发送 待认领 看列表。",
    en="No account with number {id} is waiting. See the list with: identities",
)
TAKEN = Phrase(zh="这个账号已经关联到 {name}。", en="This account is linked to {name} already.")
TAKEN_HIDDEN = Phrase(zh="这个账号已经关联到客户了。", en="This account is linked to a customer already.")
NOT_UNDERSTOOD = Phrase(zh="没看懂“{text}”。用法：{usage}", en='I did not understand "{text}". Usage: {usage}')
MORE = Phrase(zh="还有 {count} 个，处理完再看。", en="{count} more after these.")
