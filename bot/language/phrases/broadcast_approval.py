"""What 群发/broadcast says of somebody else's approval."""

from bot.language.phrase import Phrase

FIELD = Phrase(zh="批准", en="Approval")
NEEDED = Phrase(
    zh="超过 {customers}，你确认后还要由同事批准才会发送：{names}",
    en="to more than {customers}: once you confirm, a colleague has to agree before it is sent: {names}",
)
ONE_OF = Phrase(zh="{names}（其中一位）", en="{names} (one of them)")
CONFIRM = Phrase(zh="提交批准（{count}）", en="Ask for approval ({count})")
FOOTER = Phrase(
    zh="回复“{call}是”提交批准，“{call}否”取消。", en="Answer {call}yes to ask for approval, {call}no to cancel."
)
ASKED_LATER = Phrase(
    zh="外发停着：请求要等管理员恢复后才会送到他们那里。他们现在也可以发：{command}",
    en="Nothing goes out just now: they are told once an administrator lets it. They may look already: {command}",
)
FOOTER_NOBODY = Phrase(zh="回复“{call}否”取消。", en="Answer {call}no to cancel.")
BY = Phrase(zh="批准人", en="Approved by")
REFUSED_BY = Phrase(zh="被{by}拒绝", en="refused by {by}")
