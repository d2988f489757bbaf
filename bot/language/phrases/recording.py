"""What 会话存档/recording says."""

from bot.language.phrase import Phrase
from crm_core.archiving import ConsentState

USAGE = Phrase(zh="会话存档", en="recording")
SUMMARY = Phrase(
    zh="哪些同事的聊天在存档，哪些客户没有同意（管理员）",
    en="Whose conversations are recorded, and which customers did not agree (administrators)",
)
TITLE = Phrase(zh="会话存档", en="Recording")
NOT_OPEN = Phrase(
    zh="会话存档没有开通，或者还没来得及询问企业微信。怎么开通见 docs/wecom.zh-CN.md。",
    en="Conversations are not recorded, or WeCom was not asked yet. How to open the archive: docs/wecom.md.",
)
RECORDED = Phrase(zh="存档成员", en="Recorded")
MEMBERS = Phrase(zh="{count}：{names}{more}", en="{count}: {names}{more}")
STATES = {
    ConsentState.AGREED: Phrase(zh="已同意", en="Agreed"),
    ConsentState.DECLINED: Phrase(zh="不同意", en="Declined"),
    ConsentState.DEFAULT: Phrase(zh="默认同意", en="Agreed by default"),
    ConsentState.UNANSWERED: Phrase(zh="没有回答", en="Not answered"),
}
ITEM = Phrase(zh="{number}. {name} · {told} · {where}{when}", en="{number}. {name} · {told} · {where}{when}")
SHOW_COMMAND = Phrase(zh="查 #{id}", en="find #{id}")
MORE = Phrase(zh="只显示前 {count} 位。", en="The first {count} are shown.")
FOOTER = Phrase(
    zh="没有同意的客户，他们的聊天不会存档。每六小时询问一次企业微信。",
    en="Without consent nothing is recorded. WeCom is asked every six hours.",
)
