"""What 活码 says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="活码\n活码 展会 给 小王、小李 标签 VIP 负责人 小王\n活码 展会\n活码 停用 展会",
    en="qr\nqr Expo for Alice, Bob tag VIP owner Alice\nqr Expo\nqr stop Expo",
)
SUMMARY = Phrase(
    zh="渠道活码：扫码加好友，自动打标签、定负责人（主管）",
    en="Codes for channels: whoever scans one is connected, tagged and given an owner (managers)",
)
NONE = Phrase(
    zh="还没有活码。例如：活码 展会 给 小王 标签 展会客户",
    en="There are no codes yet. For example: qr Expo for Alice tag Expo",
)
ASK = Phrase(
    zh="请写名字和同事。例如：活码 展会 给 小王、小李 标签 VIP",
    en="Say a name and for whom. For example: qr Expo for Alice, Bob tag VIP",
)
LIST = Phrase(zh="活码", en="Codes")
MADE = Phrase(
    zh="活码「{name}」正在生成，几秒后发送 活码 {name} 查看二维码。",
    en='The code "{name}" is being made; send qr {name} in a few seconds to see it.',
)
STOPPED = Phrase(
    zh="活码「{name}」已停用，扫码不再有效。", en='The code "{name}" is stopped; it cannot be scanned any more.'
)
MEMBERS = Phrase(zh="同事", en="Colleagues")
TAGS = Phrase(zh="标签", en="Tags")
OWNER = Phrase(zh="负责人", en="Owner")
CUSTOMERS = Phrase(zh="来的客户", en="Customers so far")
CODE = Phrase(zh="二维码", en="Code")
WAITING = Phrase(zh="生成中", en="being made")
REFUSED = Phrase(zh="没有生成：{problem}", en="not made: {problem}")
ITEM = Phrase(zh="#{id} {name}（{count} 位客户）", en="#{id} {name} ({count} customers)")
SHOW = Phrase(zh="查看", en="Show")
SHOW_COMMAND = Phrase(zh="活码 #{id}", en="qr #{id}")
STOP = Phrase(zh="停用", en="Stop")
STOP_COMMAND = Phrase(zh="活码 停用 #{id}", en="qr stop #{id}")
OFF = Phrase(
    zh="没有接企业微信的 客户联系。管理员请在配置 [wecom] 里填 contact_secret。",
    en="客户联系 of WeCom is not connected. An administrator sets contact_secret under [wecom].",
)
