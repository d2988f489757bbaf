"""Problems of `crm_core/outreach`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "recurrence_invalid": Phrase(
        zh="看不懂这个重复规则。可以这样写：每周一9点、每个工作日早上9点、每月1号。",
        en="This repetition cannot be read. Try: every Monday at 9, every weekday at 9, on the 1st of every month.",
    ),
    "recurrence_too_often": Phrase(
        zh="重复得太频繁了，最短间隔是 5 分钟。", en="That repeats too often: at most once every five minutes."
    ),
    "nudge_in_the_past": Phrase(
        zh="这个时间已经过去了（{due}）。请给一个以后的时间。", en="That time has passed ({due}). Give a time to come."
    ),
    "nudge_empty": Phrase(
        zh="提醒什么？请写上内容，例如：提醒 明天下午3点 给张三回电话。",
        en="Remind you of what? Add it, for example: remind tomorrow 3pm call Alice back.",
    ),
    "nudge_too_long": Phrase(
        zh="提醒内容太长，最多 {limit} 个字。请写短一些，细节可以用 记/note 存到客户名下。",
        en="The reminder is too long: at most {limit} characters. Shorten it, and keep the details as a note.",
    ),
    "nudge_not_found": Phrase(
        zh="没有找到这条提醒。发送 待办/todo 查看你的提醒。", en="There is no such reminder. Send todo to see yours."
    ),
    "nudge_closed": Phrase(
        zh="提醒 {id} 已经结束了。需要的话请新建一条。",
        en="Reminder {id} is closed already. Make a new one if you need it.",
    ),
    "answer_empty": Phrase(
        zh="回复什么？请写上内容，例如：回复客服 #12: 马上发您。",
        en="Answer what? Add it, for example: reply #12: I am sending it now.",
    ),
    "answer_too_long": Phrase(
        zh="回复太长，最多约 {limit} 个汉字。请分几条写（一共 5 条）。",
        en="The answer is too long: at most about {limit} Chinese characters. Write several (there are five).",
    ),
    "answer_no_account": Phrase(
        zh="{name}没有给客服账号写过信，不能从这里回复。请在企业微信里联系。",
        en="{name} never wrote to an account of the company, so there is nothing to answer. Write to them in WeCom.",
    ),
    "answer_too_late": Phrase(
        zh="{name}上次来信是 {hours} 小时前，超过了 48 小时，微信不让再回复。等客户再来信，或打电话联系。",
        en="{name} wrote {hours} hours ago; after 48 WeChat takes no answer. Wait until they write, or call them.",
    ),
    "answer_used_up": Phrase(
        zh="{name}来信后已经回复了 {limit} 条，微信不让再发。等客户再来信，或在客户端里联系。",
        en="{name} was answered {limit} times since they wrote; WeChat takes no more. Wait until they write again.",
    ),
    "broadcast_empty": Phrase(
        zh="群发内容是空的，请写上要发的话。", en="The broadcast has no text. Write what to send."
    ),
    "broadcast_too_long": Phrase(
        zh="群发内容太长，最多 {limit} 个字。请写短一些。",
        en="The broadcast is too long: at most {limit} characters. Shorten it.",
    ),
    "broadcast_variable_unknown": Phrase(
        zh="不认识变量 {{{name}}}。可以用 {{name}} 和 {{owner}}，也可以写备用词：{{owner|我们}}。",
        en="{{{name}}} is not known. Use {{name}} or {{owner}}, with words to fall back on if you like: {{owner|us}}.",
    ),
    "broadcast_not_found": Phrase(zh="没有找到这个群发。", en="There is no such broadcast."),
    "broadcast_nobody": Phrase(
        zh="没有人能收到：要么没有匹配的客户，要么都被排除了。请换一个分组。",
        en="Nobody would receive it: no customer matches, or all are left out. Choose another segment.",
    ),
    "broadcast_confirmed": Phrase(
        zh="群发 {id} 没有等待确认的同事。发送 群发 {id} 看进度。",
        en="Nobody is left to confirm broadcast {id}. Send broadcast {id} to see how far it is.",
    ),
    "broadcast_in_the_past": Phrase(
        zh="发送时间已经过去了（{at}）。请给一个以后的时间，或不写时间马上发。",
        en="The time to send has passed ({at}). Give a time to come, or none to send now.",
    ),
    "broadcast_not_over": Phrase(
        zh="群发 {id} 还没有结束。等它结束，或先取消，再重发没发到的。",
        en="Broadcast {id} is not over. Wait for its end, or cancel it, before you send to the failed again.",
    ),
    "broadcast_nobody_approves": Phrase(
        zh="超过 {above} 位客户的群发要由另一位同事批准，但没有别人能批准。"
        "请管理员再加一位能看到这些客户的经理或管理员，或调高 approval_above。",
        en="To more than {above} customers somebody else has to approve it, and nobody else may. Have an administrator "
        "add a manager or an administrator who sees the same customers, or raise approval_above.",
    ),
    "broadcast_not_yours": Phrase(
        zh="群发 {id} 是{name}的草稿，只有本人能发送和修改。要发同样的内容，请自己新建一个群发。",
        en="Broadcast {id} is a draft of {name}'s, and only they can send or change it. To send the same, make a "
        "broadcast of your own.",
    ),
    "broadcast_own_approval": Phrase(
        zh="自己的群发要由另一位同事批准。", en="Somebody else has to approve a broadcast of your own."
    ),
    "approval_beyond_sight": Phrase(
        zh="其中有你看不到的客户，要由能看到他们的同事批准，例如管理员。",
        en="Some of its customers are not yours to see. A colleague who sees them has to decide, such as an "
        "administrator.",
    ),
    "broadcast_author": Phrase(
        zh="{name} 现在没有群发的权限，所以不能发出。请自己新建一个。",
        en="{name} may not send broadcasts any more, so this one cannot go out. Make one of your own.",
    ),
    "broadcast_state": Phrase(
        zh="这个群发现在是「{state}」，不能这样操作。发送 群发 {id} 看能做什么。",
        en='The broadcast is "{state}" now; that cannot be done any more. Send broadcast {id} to see what can.',
    ),
    "broadcast_refused": Phrase(
        zh="群发 {id} 被拒绝了，不会发送，也不能再操作。改好以后，请新建一个群发。",
        en="Broadcast {id} was refused: it is not sent, and nothing more can be done with it. Change what was wrong "
        "and make a new one.",
    ),
    "delivery_not_found": Phrase(
        zh="没有找到这条消息。发送 退信 查看没送达的。",
        en="There is no such message. Send undelivered to see what failed.",
    ),
    "delivery_not_failed": Phrase(
        zh="消息 #{id} 不是退信：它已发出，或者还在路上。发送 退信 查看没送达的。",
        en="Message #{id} did not fail: it arrived, or is on its way. Send undelivered to see those that did.",
    ),
    "staff_not_on_platform": Phrase(
        zh="{name} 在那个平台上没有账号（已有：{platforms}）。请管理员用 成员/staff 添加。",
        en="{name} is not on that platform (known: {platforms}). An administrator can add them with staff.",
    ),
}
