"""What status/状态 says, in the terminal and in the chat."""

from bot.language.phrase import Phrase

TITLE = Phrase(zh="运行状态", en="How the bot is")
ALL_WELL = Phrase(zh="一切正常。", en="All is well.")
ATTENTION = Phrase(zh="有 {count} 处需要处理。", en="To be looked after: {count}.")
LINE = Phrase(zh="{mark} {title}：{found}", en="{mark} {title}: {found}")
MEND = Phrase(zh="　→ {mend}", en="    → {mend}")
USAGE = Phrase(zh="状态", en="status")
SUMMARY = Phrase(
    zh="平台、积压、发送、备份和最近的错误（管理员）",
    en="Platforms, what waits, what is sent, backups and the latest errors (administrators)",
)

PROGRAM = Phrase(zh="程序", en="Program")
NODE = Phrase(zh="{name}（{version}，{since}启动）", en="{name} ({version}, started {since})")
MISSING_NODE = Phrase(zh="{name}（{since}）", en="{name} ({since})")
RUNNING = Phrase(zh="{nodes}", en="{nodes}")
NOT_RUNNING = Phrase(zh="没有程序在运行", en="not running")
START_IT = Phrase(zh="用 crmbot serve 启动；看服务的日志找原因。", en="Start crmbot serve; its log says why it ended.")
SOME_GONE = Phrase(zh="{nodes}；没有消息：{gone}", en="{nodes}; not heard of: {gone}")
LOOK_AFTER_NODE = Phrase(
    zh="其余节点已接手它的工作；看那台机器为什么停了。它在同一台机器上重新启动后就不再提示，否则一天后不再提示。",
    en="The others took over; see why that machine stopped. This ends when it starts again on the same host, or after"
    " a day.",
)

PLATFORMS = {
    "slack": Phrase(zh="Slack", en="Slack"),
    "wecom": Phrase(zh="企业微信", en="WeCom"),
    "console": Phrase(zh="终端和网页", en="Terminal and web chat"),
}
CONNECTED = Phrase(zh="已连接", en="connected")
DOWN = Phrase(zh="不通：{details}", en="down: {details}")
ASK_DOCTOR = Phrase(
    zh="运行 crmbot doctor，它会说出哪里不对、怎么改。",
    en="Run crmbot doctor: it says what is wrong and how to mend it.",
)

CAPTURE = Phrase(zh="消息记录", en="Recording")
UP_TO_DATE = Phrase(zh="没有积压", en="up to date")
CAPTURE_BEHIND = Phrase(zh="落后 {behind}", en="{behind} behind")
CAPTURE_MEND = Phrase(
    zh="看数据库是否繁忙、磁盘是否已满；收到的消息已经存好，不会丢。",
    en="See whether the database is busy or its disk full; what came is kept and is not lost.",
)
ASIDE = Phrase(zh="没看懂的事件", en="Not understood")
SET_ASIDE = Phrase(zh="{count} 个", en="{count} events")
ASIDE_MEND = Phrase(
    zh="原样存着；升级程序后会能读懂，请把日志里的代码报给我们。",
    en="They are kept as they came; report the codes in the log, so that a later version understands them.",
)
PAST = Phrase(zh="补读历史", en="Reading the past")
READING_PAST = Phrase(zh="还有 {count} 个会话", en="{count} rooms to go")

OUTGOING = Phrase(zh="发送", en="Sending")
ON_TIME = Phrase(zh="按时，到期待发 {count} 条", en="on time, {count} due now")
LATE = Phrase(zh="到期待发 {count} 条，最早的晚了 {late}", en="{count} due, the oldest {late} late")
LATE_MEND = Phrase(
    zh="群发按平台的限速慢慢发，属正常；提醒晚了就看平台是否连着。",
    en="A broadcast goes out at the platform's pace, which is right; when reminders are late, see whether the "
    "platform is up.",
)
HELD = Phrase(zh="恢复备份后暂停，{count} 条在等", en="held after a restore, {count} wait")
RELEASE = Phrase(
    zh="说“恢复发送”，或运行 crmbot deliveries release。", en='Say "release", or run crmbot deliveries release.'
)
PAUSED = Phrase(zh="{since}由 {by} 暂停，{count} 条在等", en="stopped by {by} {since}, {count} wait")
RESUME = Phrase(zh="说“恢复外发”就继续。", en='Say "resume outgoing" to go on.')
UNDELIVERED = Phrase(zh="没能送达", en="Undelivered")
DEAD = Phrase(zh="最近一天 {count} 条", en="{count} within a day")
DEAD_MEND = Phrase(zh="说“退信”看原因，也可以再试一次。", en='Say "undelivered" for the reasons and to try again.')

BACKUP = Phrase(zh="备份", en="Backup")
BACKED_UP = Phrase(zh="{age}，{size}，{file}", en="{age}, {size}, {file}")
NO_BACKUP = Phrase(zh="还没有", en="none yet")
BACKUP_OLD = Phrase(zh="最近一份是{age}的，{size}", en="the newest is from {age}, {size}")
BACKUP_FAILED = Phrase(zh="失败：{problem}", en="failed: {problem}")
BACKUP_ON = Phrase(
    zh="在配置里写 [backup] folder，每天自动备份；或运行 crmbot backup。",
    en="Set [backup] folder in the configuration for one each day, or run crmbot backup.",
)
BACKUP_WAIT = Phrase(zh="启动后马上会做第一份。", en="The first one is made right after the start.")
BACKUP_MEND = Phrase(
    zh="检查 [backup] folder 的空间和权限，运行 crmbot backup 再试。",
    en="Look at the space and the rights of [backup] folder, and try crmbot backup.",
)
DATABASE = Phrase(zh="数据库", en="Database")
SIZE = Phrase(zh="{kind}，{size}", en="{kind}, {size}")

TROUBLE = Phrase(zh="最近的错误（{part}）", en="Lately ({part})")
SEE_LOG = Phrase(zh="详情在程序日志里。", en="The log has the details.")
MENDS = {
    "slack": ASK_DOCTOR,
    "wecom": ASK_DOCTOR,
    "backup": BACKUP_MEND,
    "capture": CAPTURE_MEND,
    "pump": Phrase(
        zh="会自动重试，不会重复发送。一直出现就看数据库是否正常。",
        en="It is tried again by itself and not sent twice. If it goes on, see whether the database is well.",
    ),
    "engine": Phrase(
        zh="会自动重连。一直出现就看 PostgreSQL 是否正常。",
        en="It connects again by itself. If it goes on, see whether PostgreSQL is well.",
    ),
}
