"""What stands on the desk of a member of staff: my day, and the hello of the bot in a room."""

from bot.language.phrase import Phrase

TITLE = Phrase(zh="{name}，今天是{day}", en="{name}, today is {day}")
DUE = Phrase(zh="今天要做 {due} 项，其中已逾期 {overdue} 项。", en="Due today: {due}, {overdue} of them overdue.")
NOTHING_DUE = Phrase(zh="今天没有到期的待办。", en="Nothing is due today.")
OVERDUE = Phrase(zh="已逾期 · {when} · {text}{customer}", en="Overdue · {when} · {text}{customer}")
LINE = Phrase(zh="{when} · {text}{customer}", en="{when} · {text}{customer}")
MORE = Phrase(zh="还有 {count} 项待办。", en="Open besides: {count}.")
TODO = Phrase(zh="全部待办", en="All to-dos")
TODO_COMMAND = Phrase(zh="待办", en="todo")
RECENT = Phrase(zh="最近的客户", en="Recent customers")
NO_CUSTOMERS = Phrase(zh="你还没有客户。新建一个：新建 Acme", en="You have no customers yet. Create one: new Acme")
OPEN_COMMAND = Phrase(zh="查 {reference}", en="find {reference}")
CHANNELS = Phrase(zh="已关联的频道", en="Connected channels")
CHANNEL = Phrase(zh="{room} → {customer} · {state}", en="{room} → {customer} · {state}")
CHANNEL_LAST = Phrase(zh="最近一条消息：{ago}", en="last message {ago}")
CHANNEL_BEHIND = Phrase(zh="正在补录，{when} 之前的已完整", en="catching up, complete up to {when}")
CHANNEL_SILENT = Phrase(zh="还没有消息", en="no message yet")
NO_CHANNELS = Phrase(
    zh="还没有。在客户的频道里发送：关联 名字",
    en="None yet. In a customer's channel, send: link NAME",
)
SETTINGS = Phrase(zh="设置", en="Settings")
LANGUAGE = Phrase(zh="语言", en="Language")
ZONE = Phrase(zh="时区", en="Time zone")
DIGEST = Phrase(zh="日报", en="Daily digest")
SETTINGS_HINT = Phrase(
    zh="修改：我的设置 时区 东京 · 我的设置 语言 英文 · 我的设置 日报 8点",
    en="To change them: settings zone Tokyo · settings language zh · settings digest 8",
)
HELP = Phrase(zh="帮助", en="Help")
HELP_COMMAND = Phrase(zh="帮助", en="help")
HELP_TEXT = Phrase(
    zh="直接写客户名字就能查；提醒我 明天9点 给张三打电话；帮助 看全部写法。",
    en="Write a customer's name to look it up; remind me tomorrow 9am to call Acme; help shows everything.",
)
HELLO = Phrase(
    zh="我来了。这里的聊天会保存到公司的客户记录里；不想保存，把我移出频道即可。只有你看得到这条消息。",
    en="I am here. What is said in this channel is kept with the company's customer records; to stop that, remove me. "
    "Only you see this message.",
)
HELLO_SHARED = Phrase(
    zh="我来了。频道里的人看不到任何客户资料，我的回答只给提问的同事看。聊天会保存到公司的记录里；"
    "不想保存，把我移出频道即可。只有你看得到这条消息。",
    en="I am here. Nobody in this shared channel sees our records: I answer only to the colleague who asks. What is "
    "said here is kept with the company's records; to stop that, remove me. Only you see this message.",
)
PICK = Phrase(zh="这里是哪个客户的频道？", en="Which customer is this channel about?")
PICK_COMMAND = Phrase(zh="关联", en="link")
LINKED = Phrase(zh="这个频道关联的是 {name}。", en="This channel is about {name}.")
