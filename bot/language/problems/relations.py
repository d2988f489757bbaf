"""Problems of `crm_core/relations`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "managers_only": Phrase(
        zh="这个命令只有主管和管理员能用。请联系他们。",
        en="Only managers and administrators may do this. Ask one of them.",
    ),
    "way_name_taken": Phrase(
        zh="已经有叫「{name}」的活码。请换个名字，或先停用：活码 停用 {name}。",
        en='There is a code called "{name}" already. Choose another name, or stop that one: qr stop {name}.',
    ),
    "way_name_too_long": Phrase(
        zh="活码名字太长，最多 {limit} 个字。", en="The name of a code has at most {limit} characters. Shorten it."
    ),
    "way_members_too_many": Phrase(
        zh="一个活码最多 {limit} 位同事。请分成几个。", en="A code has at most {limit} colleagues. Make several."
    ),
    "way_not_found": Phrase(
        zh="没有叫「{name}」的活码。发送 活码 查看全部。", en='There is no code called "{name}". Send qr to see all.'
    ),
    "staff_not_on_platform": Phrase(
        zh="{name} 没有关联企业微信账号。请管理员先关联：同事 {name} 账号 wecom:userid。",
        en="{name} has no account in WeCom here. An administrator can add it: staff {name} handle wecom:userid.",
    ),
}
