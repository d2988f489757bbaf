"""What 群发/broadcast says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="群发 VIP & !流失: {{name|您}}好\n群发 VIP 明天10点: 活动开始了\n群发\n群发 12\n"
    "群发 我的: 大家好\n群发 VIP 的群: 周五直播\n群发 VIP 带附件: 新品目录\n群发 测试|暂停|继续|取消|提醒|重发 12\n"
    "群发 加附件|去附件 12\n群发 批准|拒绝 12\n"
    "群发 12 失败|已发|待发|跳过|回复",
    en="broadcast VIP & !lost: Hello {{name|there}}\nbroadcast VIP tomorrow 10am: The sale is on\nbroadcast\n"
    "broadcast 12\nbroadcast mine: Hello\nbroadcast groups of VIP: Live on Friday\n"
    "broadcast VIP with file: Our new list\n"
    "broadcast test|pause|resume|cancel|remind|resend 12\nbroadcast attach|detach 12\n"
    "broadcast approve|refuse 12\nbroadcast 12 failed|sent|waiting|skipped|replied",
)
SUMMARY = Phrase(
    zh="给一群客户发消息：先预览人数，确认后才发；企业微信里人人收到同一段话，名字要写成 {{name|您}}",
    en="Write to a segment of customers: a preview first, sent only once confirmed; on WeCom everybody gets the same "
    "words, so write {{name|there}}",
)
ASK_TEXT = Phrase(
    zh="请写“人群: 内容”。例：群发 VIP & !流失: 大家好",
    en="Write the audience, a colon and the text. For example: broadcast VIP & !lost: Hello",
)
EMPTY_TEXT = Phrase(
    zh="冒号后面还没有内容。例：群发 {segment}: 大家好",
    en="There is no text after the colon. For example: broadcast {segment}: Hello",
)
TITLE = Phrase(zh="群发 {id} 预览：{customers}会收到", en="Broadcast {id}: {customers} would receive it")
AUDIENCE = Phrase(zh="人群", en="Audience")
MATCHING = Phrase(zh="符合条件", en="Matching")
GROUPS_OF = Phrase(zh="{segment} 的群", en="groups of {segment}")
FAILED_OF = Phrase(zh="群发 {id} 没发到的客户", en="those whom broadcast {id} did not reach")
WAYS = Phrase(zh="平台", en="Where")
WAY = Phrase(zh="{platform} {count}", en="{platform} {count}")
PLATFORMS = {
    "slack": Phrase(zh="Slack", en="Slack"),
    "wecom": Phrase(zh="企业微信", en="WeCom"),
    "console": Phrase(zh="网页聊天", en="web chat"),
}
TAKES = Phrase(zh="预计用时", en="Takes")
ABOUT = Phrase(zh="约 {span}", en="about {span}")
COUNTING = Phrase(
    zh="群发 {id}：客户很多，正在统计人数，算好后预览会发给你。",
    en="Broadcast {id} goes to many customers; they are being counted, and the preview follows.",
)
TEST = Phrase(zh="发给我看看", en="Send me a test")
TEST_COMMAND = Phrase(zh="群发 测试 {id}", en="broadcast test {id}")
TESTED = Phrase(
    zh="群发 {id} 的内容马上发给你，和第一位客户看到的一样。",
    en="The text of broadcast {id} is on its way to you, as the first customer will see it.",
)
ASKED_APPROVAL = Phrase(
    zh="群发 {id} 超过 {above} 位客户，要先由另一位同事批准。已经请{names}看了。",
    en="Broadcast {id} goes to more than {above} customers, so somebody else has to approve it. Asked: {names}.",
)
APPROVAL_TITLE = Phrase(
    zh="{by}想群发给{customers}（群发 {id}），请批准",
    en="{by} wants to write to {customers} (broadcast {id}): your approval",
)
APPROVE = Phrase(zh="批准", en="Approve")
APPROVE_COMMAND = Phrase(zh="群发 批准 {id}", en="broadcast approve {id}")
REFUSE = Phrase(zh="拒绝", en="Refuse")
REFUSE_COMMAND = Phrase(zh="群发 拒绝 {id}", en="broadcast refuse {id}")
APPROVED = Phrase(zh="群发 {id} 已批准，{when}。", en="Broadcast {id} is approved: {when}.")
REFUSED = Phrase(zh="群发 {id} 已拒绝，不会发送。", en="Broadcast {id} is refused; nothing will be sent.")
WAS_APPROVED = Phrase(zh="{by}批准了群发 {id}（{state}）。", en="{by} approved broadcast {id} ({state}).")
WAS_REFUSED = Phrase(zh="{by}拒绝了群发 {id}，不会发送。", en="{by} refused broadcast {id}; nothing will be sent.")
STOPPED = Phrase(zh="群发 {id} 停下了：{why}", en="Broadcast {id} was stopped: {why}")
PLANNED = Phrase(zh="准备", en="Making ready")
COUNTED_SO_FAR = Phrase(zh="已统计 {count}", en="{count} counted")
PLANNED_SO_FAR = Phrase(zh="{count} / {total}", en="{count} of {total}")
REPLIES = Phrase(zh="回复", en="Replies")
REPLIED = Phrase(zh="{count}（{percent}%，{days} 天内）", en="{count} ({percent}%, within {days} days)")
REPLIED_SO_FAR = Phrase(
    zh="目前 {count}（{percent}%，统计 {days} 天内）", en="{count} so far ({percent}%, counted for {days} days)"
)
WHY = Phrase(zh="{problem} {count}", en="{problem}: {count}")
FAILED_LIST = Phrase(zh="看失败的（{count}）", en="The {count} failed")
FAILED_COMMAND = Phrase(zh="群发 {id} 失败", en="broadcast {id} failed")
RESEND = Phrase(zh="只重发失败的", en="Try the failed again")
RESEND_COMMAND = Phrase(zh="群发 重发 {id}", en="broadcast resend {id}")
LISTED = {
    "failed": Phrase(zh="群发 {id}：没发到的客户", en="Broadcast {id}: failed"),
    "sent": Phrase(zh="群发 {id}：已发的客户", en="Broadcast {id}: sent"),
    "waiting": Phrase(zh="群发 {id}：还没发的客户", en="Broadcast {id}: to go"),
    "skipped": Phrase(zh="群发 {id}：跳过或取消的客户", en="Broadcast {id}: left out or cancelled"),
    "replied": Phrase(zh="群发 {id}：回复了的客户", en="Broadcast {id}: replied"),
}
NOBODY_LISTED = Phrase(zh="没有。", en="Nobody.")
NEXT_PAGE = Phrase(zh="下一页", en="Next page")
RECIPIENT = Phrase(zh="{name} #{id}{said}", en="{name} #{id}{said}")
PLACES = Phrase(zh="发到", en="Goes to")
PLACE = Phrase(zh="{room}（{readers}）", en="{room} (read by {readers})")
NO_READERS = Phrase(zh="还不知道谁在里面", en="nobody we know of")
MORE_READERS = Phrase(zh="另外 {count} 位", en="{count} more")
MORE_PLACES = Phrase(zh="还有别的频道", en="and further channels")
ASKED = Phrase(zh="由谁确认", en="To be confirmed by")
LEFT_OUT = Phrase(zh="不发", en="Left out")
WHEN = Phrase(zh="时间", en="When")
AT_ONCE = Phrase(zh="确认后立即发送", en="at once, when confirmed")
AT_APPROVAL = Phrase(zh="批准后立即发送", en="at once, when approved")
CONFIRM = Phrase(zh="确认发送（{count}）", en="Send to {count}")
CONFIRM_COMMAND = Phrase(zh="群发 确认 {id}", en="broadcast confirm {id}")
CANCEL = Phrase(zh="取消", en="Cancel")
CANCEL_COMMAND = Phrase(zh="群发 取消 {id}", en="broadcast cancel {id}")
CANCEL_DRAFT = Phrase(zh="取消群发 {id}", en="Cancel broadcast {id}")
DROP_DRAFT = Phrase(zh="要取消它，再回复一次“{call}否”。", en="To cancel it answer {call}no once more.")
PAUSE = Phrase(zh="暂停", en="Pause")
PAUSE_COMMAND = Phrase(zh="群发 暂停 {id}", en="broadcast pause {id}")
RESUME = Phrase(zh="继续", en="Resume")
RESUME_COMMAND = Phrase(zh="群发 继续 {id}", en="broadcast resume {id}")
PROGRESS = Phrase(zh="看进度", en="Progress")
PROGRESS_COMMAND = Phrase(zh="群发 {id}", en="broadcast {id}")
FOOTER = Phrase(zh="回复“{call}是”发送，“{call}否”取消。", en="Answer {call}yes to send, {call}no to cancel.")
NOBODY = Phrase(
    zh="没有人会收到，原因见“不发”。请按原因处理，或者换一个人群再写一次。",
    en="Nobody would receive it, for the reasons below. Mend them, or write it again for another audience.",
)
NOBODY_MATCHES = Phrase(
    zh="没有人会收到：你能看到的客户里，没有符合这个人群的。请换一个人群再写一次。",
    en="Nobody would receive it: no customer whom you see matches. Write it again for another audience.",
)
SAME_TEXT = Phrase(zh="改写后可发", en="To reach them")
SAME_TEXT_COMMAND = Phrase(zh="群发 {to}{at}{files}: {text}", en="broadcast {to}{at}{files}: {text}")
SAME_TEXT_FILES = Phrase(zh=" 附件 {numbers}", en=" with file {numbers}")
TIME_PASSED = Phrase(
    zh="原定的时间 {when} 已经过去了，现在确认就会立即发送。",
    en="The time it was meant for, {when}, has passed: confirmed now, it is sent at once.",
)
CONFIRMED = Phrase(
    zh="群发 {id} 已确认：{customers}，{when}。发送前可以取消。",
    en="Broadcast {id} is on its way to {customers}, {when}. It can be cancelled until it is sent.",
)
NOW_SENDING = Phrase(zh="现在开始发送", en="starting now")
QUIET = Phrase(
    zh="{when}（现在是免打扰时段，客户当地 {hour} 点后收到）",
    en="{when} (these are quiet hours: it arrives after {hour}:00 at the customer's)",
)
QUIET_THEN = Phrase(
    zh="{when}（那时是免打扰时段，客户当地 {hour} 点后收到）",
    en="{when} (those are quiet hours: it arrives after {hour}:00 at the customer's)",
)
AT = Phrase(zh="将于 {when} 发送", en="at {when}")
PAUSED = Phrase(zh="群发 {id} 已暂停，还有 {count} 条未发。", en="Broadcast {id} is paused; {count} not sent yet.")
RESUMED = Phrase(zh="群发 {id} 继续发送，还有 {count} 条。", en="Broadcast {id} goes on; {count} to go.")
CANCELLED = Phrase(
    zh="群发 {id} 已取消。已发出 {sent} 条，其余不再发送。",
    en="Broadcast {id} is cancelled. {sent} had been sent; nothing more will be.",
)
DROPPED = Phrase(zh="群发 {id} 已取消，什么都没有发送。", en="Broadcast {id} is cancelled; nothing was sent.")
LIST_TITLE = Phrase(zh="最近的群发", en="Latest broadcasts")
LIST_NONE = Phrase(
    zh="还没有群发过。例：群发 VIP: {{name|您}}好，新品到了",
    en="There are no broadcasts yet. For example: broadcast VIP: Hello {{name|there}}",
)
LIST_ITEM = Phrase(
    zh="群发 {id} · {state} · {segment} · {text} · {counts}", en="{id} · {state} · {segment} · {text} · {counts}"
)
LIST_DRAFT = Phrase(
    zh="群发 {id} · {state} · {segment} · {text} · 预览：群发 {id}，取消：群发 取消 {id}",
    en="{id} · {state} · {segment} · {text} · preview: broadcast {id}, drop it: broadcast cancel {id}",
)
LIST_FOOTER = Phrase(zh="看一次的进度：群发 {id}", en="One of them: broadcast {id}")
STATUS_TITLE = Phrase(zh="群发 {id}：{state}", en="Broadcast {id}: {state}")
BY = Phrase(zh="发起人", en="By")
COUNTS = Phrase(zh="进度", en="Progress")
NOTHING_SENT = Phrase(zh="没有发出", en="nothing was sent")
NO_COUNTS = Phrase(zh="还没有收件人", en="nobody yet")

STATES = {
    "draft": Phrase(zh="草稿，待确认", en="draft, to be confirmed"),
    "approval": Phrase(zh="待批准", en="to be approved"),
    "scheduled": Phrase(zh="已定时", en="scheduled"),
    "running": Phrase(zh="发送中", en="being sent"),
    "paused": Phrase(zh="已暂停", en="paused"),
    "done": Phrase(zh="已完成", en="done"),
    "cancelled": Phrase(zh="已取消", en="cancelled"),
    "refused": Phrase(zh="被拒绝", en="refused"),
}
DELIVERIES = {
    "due": Phrase(zh="待发 {count}", en="{count} to go"),
    "sending": Phrase(zh="发送中 {count}", en="{count} being sent"),
    "waiting": Phrase(zh="等同事确认 {count}", en="{count} awaiting confirmation"),
    "sent": Phrase(zh="已发 {count}", en="{count} sent"),
    "dead": Phrase(zh="失败 {count}", en="{count} failed"),
    "cancelled": Phrase(zh="已取消 {count}", en="{count} cancelled"),
    "held": Phrase(zh="暂缓 {count}", en="{count} held"),
    "skipped": Phrase(zh="跳过 {count}", en="{count} left out"),
}
#: Why somebody of the audience is left out, with how many.
REASONS = {
    "opted_out": Phrase(zh="退订 {count}", en="{count} opted out"),
    "no_channel": Phrase(zh="没有可发送的账号 {count}", en="{count} without an account to write to"),
    "no_conversation": Phrase(zh="没有关联的共享频道 {count}", en="{count} without a shared channel linked to them"),
    "no_sender": Phrase(zh="没有能联系他的同事 {count}", en="{count} whom no colleague can write to"),
    "no_group": Phrase(zh="没有关联的群 {count}", en="{count} without a group linked to them"),
    "platform_cap": Phrase(zh="已达企业微信群发上限 {count}", en="{count} had all that WeCom allows"),
    "same_text": Phrase(
        zh="企业微信群发写不了各人的名字，请写成 {{name|您}} {count}",
        en="{count} on WeCom, where everybody gets the same words: write {{name|there}}",
    ),
    "text_too_long": Phrase(zh="企业微信放不下这么长的内容 {count}", en="{count} on WeCom, where this is too long"),
    "file_unfit": Phrase(
        zh="企业微信不收这个附件（要 6 字节到 20 MB） {count}",
        en="{count} on WeCom, which takes files of 6 bytes to 20 MB",
    ),
    "frequency_cap": Phrase(zh="本周已收到太多 {count}", en="{count} had too many this week"),
    "duplicate": Phrase(zh="重复的客户 {count}", en="{count} twice on the list"),
    "variable_empty": Phrase(zh="缺少变量内容 {count}", en="{count} with nothing to fill in"),
}
FAILED = Phrase(zh="{name}：{problem}", en="{name}: {problem}")
#: The same for one recipient.
PROBLEMS = {
    "opted_out": Phrase(zh="已退订", en="opted out"),
    "no_channel": Phrase(zh="没有可发送的账号", en="no account to write to"),
    "frequency_cap": Phrase(zh="本周已收到太多", en="had too many this week"),
    "duplicate": Phrase(zh="重复的客户", en="twice on the list"),
    "variable_empty": Phrase(zh="缺少变量内容", en="nothing to fill in"),
    "no_conversation": Phrase(zh="没有关联的共享频道", en="no shared channel linked"),
    "platform_cap": Phrase(zh="已达企业微信群发上限", en="had all that WeCom allows"),
    "no_friend": Phrase(zh="已不是好友", en="no longer connected"),
    "capped": Phrase(zh="已收到别的群发，超过上限", en="had too many from the company"),
    "refused": Phrase(zh="企业微信不让发给他", en="WeCom lets nobody write to them"),
    "not_confirmed": Phrase(zh="同事没有确认", en="not confirmed in time"),
    "not_chosen": Phrase(zh="同事没有选他", en="left out by the colleague"),
    "sender_gone": Phrase(zh="同事已离职或没有企业微信账号", en="the colleague left, or is not on WeCom"),
}
STILL_DRAFT = Phrase(
    zh="群发 {id} 还没有确认，没有发送。", en="Broadcast {id} was neither sent nor cancelled: it is still a draft."
)
CHANGED_COUNT = Phrase(
    zh="人数变了（刚才 {before}，现在 {after}），请再确认一次。",
    en="The number changed meanwhile (it was {before}, now {after}): please confirm again.",
)
CHANGED_FILES = Phrase(
    zh="附件变了，请看过再确认一次。", en="The files are others by now: please look, and confirm again."
)
STANDS_STILL = Phrase(
    zh="外发停着，管理员恢复后发送", en="nothing goes out just now, so it waits until an administrator lets it"
)
PAST = Phrase(
    zh="这个发送时间已经过去了。请写以后的时间，或不写时间（确认后立即发送）。",
    en="That time has passed. Give a time to come, or none to send once you confirm.",
)
