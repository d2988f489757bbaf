"""What the router itself says."""

from bot.language.phrase import Phrase

STRANGER = Phrase(
    zh="你还不在成员名单里，所以我不能回答。请管理员 {admins} 发送：成员 添加 你的名字 {handle}",
    en="You are not on the staff list yet, so I cannot answer. Ask an administrator ({admins}) to send: "
    "staff add YOUR-NAME {handle}",
)
NO_ADMIN = Phrase(
    zh='这里还没有管理员，所以我谁都不能回答。要成为第一位管理员：在配置里写 [bot] admins = ["{handle}"]，'
    "然后重新启动程序。",
    en="There is no administrator yet, so I can answer nobody. To become the first one, write "
    '[bot] admins = ["{handle}"] into the configuration, and start the program again.',
)
OUTSIDER = Phrase(
    zh="我只为公司成员服务，您的消息同事会看到并回复。",
    en="I only serve the staff of this company. A colleague will see your message and answer.",
)
OPTED_OUT = Phrase(
    zh="好的，不会再给您发群发消息了。想恢复时回复：恢复订阅",
    en="Done: you will get no more broadcasts from us. To take this back, answer: START",
)
OPTED_IN = Phrase(
    zh="好的，已恢复。不想再收到群发时回复：退订",
    en="Done: you may hear from us again. To stop, answer: STOP",
)
TOO_LONG = Phrase(
    zh="这段文字有 {length} 字，太长了，我没有当作指令处理。一条指令最多 {longest} 字。",
    en="This text has {length} characters, too many for a command, so I did nothing with it. "
    "The longest I read is {longest}.",
)
EMPTY = Phrase(zh="我在。输入客户名字查资料，或发送 帮助。", en="I am here. Type a customer's name, or send: help")
APOLOGY = Phrase(
    zh="抱歉，这一步出错了，什么都没有改动。请再试一次；若还不行，把编号 {reference} 告诉管理员。",
    en="Sorry, that went wrong and nothing was changed. Please try again; if it persists, give your administrator "
    "this reference: {reference}",
)
SENT_APART = Phrase(zh="已私聊发给你。", en="Sent to you in our direct chat.")
NOT_DELIVERED = Phrase(
    zh="群里有人不能看这些内容，请和我私聊。", en="Not everybody here may see this: ask me in our direct chat."
)
UNDO_FOOTER = Phrase(zh="{minutes} 分钟内可以撤销", en="Can be undone for {minutes} minutes")
UNDO_BUTTON = Phrase(zh="撤销", en="Undo")
UNDO_COMMAND = Phrase(zh="撤销 {operation}", en="undo {operation}")
NOTHING_PENDING = Phrase(
    zh="现在没有等你确认的事。发送 帮助 看看能做什么。", en="Nothing is waiting for your answer. Send: help"
)
STILL_ASKED = Phrase(zh="上一个问题还等着你回答：{question}", en="Still waiting for your answer: {question}")
YES_BUTTON = Phrase(zh="是", en="Yes")
NO_BUTTON = Phrase(zh="否", en="No")
DROPPED = Phrase(zh="好，不做了。", en="All right, nothing was done.")
UNKNOWN_CHOICE = Phrase(zh="没有第 {choice} 个，请从列表里选。", en="There is no number {choice} in the list.")
NOT_UNDERSTOOD = Phrase(
    zh="没看懂。可以直接输入客户名字，或发送 帮助 看看能做什么。",
    en="I did not understand. Type a customer's name, or send: help",
)
DID_YOU_MEAN = Phrase(zh="你是想说 {word} 吗？", en="Did you mean {word}?")
BY = Phrase(zh="{who} · {when}", en="{who} · {when}")
SHARE_BUTTON = Phrase(zh="分享到频道", en="Share in channel")
SHARE_COMMAND = Phrase(zh="分享 {command}", en="share {command}")
SHARE_CONFIRM = Phrase(
    zh="这个频道里的每个人都会看到这些客户资料。确定分享？",
    en="Everybody in this channel will see this customer data. Share it?",
)
