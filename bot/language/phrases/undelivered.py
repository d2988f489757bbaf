"""What 退信/undelivered says, and the reasons of platforms in plain words."""

from bot.language.phrase import Phrase

USAGE = Phrase(zh="退信\n退信 重试 12", en="undelivered\nundelivered retry 12")
SUMMARY = Phrase(
    zh="没送到的提醒和群发：为什么，再试一次",
    en="What did not arrive, why, and another try",
)
TITLE = Phrase(zh="没能送达", en="Not delivered")
NONE = Phrase(zh="没有退信：该送的都送到了，或者还在路上。", en="Nothing failed: everything arrived, or is on its way.")
ITEM = Phrase(
    zh="#{id} {when} {what} → {whom}（{platform}）：{reason}", en="#{id} {when} {what} → {whom} ({platform}): {reason}"
)
COPIES = Phrase(
    zh="群发 #{id}：{count} 位客户没收到（{reason}）",
    en="Broadcast #{id}: {count} customers did not get it ({reason})",
)
KINDS = {
    "nudge": Phrase(zh="提醒 #{nudge}", en="reminder #{nudge}"),
    "digest": Phrase(zh="每日摘要", en="daily digest"),
    "notice": Phrase(zh="通知", en="notice"),
    "broadcast": Phrase(zh="群发", en="broadcast"),
}
AGAIN = Phrase(zh="重试 #{id}", en="Try #{id} again")
AGAIN_COMMAND = Phrase(zh="退信 重试 {id}", en="undelivered retry {id}")
BROADCAST = Phrase(zh="群发 #{id}", en="Broadcast #{id}")
BROADCAST_COMMAND = Phrase(zh="群发 {id}", en="broadcast {id}")
MORE = Phrase(zh="更多", en="More")
MORE_COMMAND = Phrase(zh="退信 {id} 之前", en="undelivered before {id}")
FOOTER = Phrase(zh="再试一次：退信 重试 编号", en="Try one again: undelivered retry and its number")
TRIED = Phrase(
    zh="#{id} 马上再发一次；又失败的话会再告诉你。", en="#{id} goes out once more now; you hear of it if it fails."
)

#: How a reason begins, or what it contains → in plain words, with the mend.
REASONS = {
    "recipient_inactive": Phrase(zh="收件人已离职或停用", en="the recipient left or is switched off"),
    "no answer": Phrase(zh="平台一直没有回应", en="the platform never answered"),
    "no_answer": Phrase(zh="平台一直没有回应", en="the platform never answered"),
    "unmarkable": Phrase(
        zh="平台的回答数据库写不下，原因在日志里", en="the database cannot hold what the platform answered; see the log"
    ),
    "unreachable": Phrase(zh="连不上平台", en="the platform could not be reached"),
    "has not written to the robot": Phrase(
        zh="对方还没和机器人说过话，请对方先给机器人发一句",
        en="they have not written to the robot yet: one word will do",
    ),
    "nobody has written to the robot": Phrase(
        zh="那里还没人和机器人说过话，请先发一句", en="nobody has written to the robot there yet: one word will do"
    ),
    "cannot be reached by the app": Phrase(
        zh="应用发不到这个人：请把他加进应用的可见范围",
        en="the app does not reach this person: add them to its visible range",
    ),
    "no such room": Phrase(zh="会话已不存在", en="the conversation is gone"),
    "no way into this room": Phrase(zh="机器人不在这个会话里", en="the bot is not in this conversation"),
    "channel_not_found": Phrase(
        zh="频道不存在，或机器人不在里面：请邀请它", en="no such channel, or the bot is not in it: invite it"
    ),
    "not_in_channel": Phrase(zh="机器人不在频道里：请邀请它", en="the bot is not in the channel: invite it"),
    "is_archived": Phrase(zh="频道已归档", en="the channel is archived"),
    "user_not_found": Phrase(zh="这个账号已不存在", en="this account is gone"),
    "users_not_found": Phrase(zh="这个账号已不存在", en="this account is gone"),
    "user_left": Phrase(zh="对方已离开", en="they left"),
    "user_disabled": Phrase(zh="这个账号已停用", en="this account is switched off"),
    "account_inactive": Phrase(zh="账号已停用", en="the account is switched off"),
    "cannot_dm_bot": Phrase(zh="对方是机器人，发不了私聊", en="they are a bot, which takes no direct messages"),
    "restricted_action": Phrase(
        zh="工作区的设置不允许机器人在那里发言", en="the workspace's settings let the bot not post there"
    ),
    "msg_too_long": Phrase(zh="内容太长", en="the text is too long"),
    "60111": Phrase(zh="企业微信里没有这个成员", en="WeCom knows no such member"),
    "81013": Phrase(
        zh="企业微信里没有这个成员，或不在应用的可见范围",
        en="WeCom knows no such member, or the app may not write to them",
    ),
    "40201": Phrase(zh="企业微信认为内容违规", en="WeCom refuses the words"),
}
#: Anything else.
OTHERWISE = Phrase(zh="平台拒绝：{reason}", en="the platform refused: {reason}")
