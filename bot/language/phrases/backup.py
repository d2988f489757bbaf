"""What is said about backups, about bringing one back, and about what goes out afterwards."""

from bot.language.phrase import Phrase

NO_CONFIG = Phrase(zh="备份哪个数据库？加 --config 文件", en="Which database? Add --config FILE")
NO_PLACE = Phrase(
    zh="不知道备份放在哪里：在配置里写 [backup] folder，或用 --to 指定。",
    en="Where should it go? Set [backup] folder in the configuration, or say --to.",
)
TAKING = Phrase(zh="备份", en="Backing up")
CHECKING = Phrase(zh="校验", en="Checking")
RESTORING = Phrase(zh="恢复", en="Restoring")
TAKEN = Phrase(
    zh="备份完成并已校验：{file}（{size}，{rows} 行，其中客户 {customers}、消息 {messages}；{seconds} 秒）。",
    en="Backed up and read back: {file} ({size}, {rows} rows, among them {customers} customers and {messages} "
    "messages; {seconds} s).",
)
SOUND = Phrase(
    zh="备份完好：{file}，{when} 所做，{rows} 行，其中客户 {customers}、消息 {messages}。",
    en="This backup is whole: {file}, taken {when}, {rows} rows, among them {customers} customers and {messages} "
    "messages.",
)
DISK = Phrase(
    zh="没有成功：{reason}。请检查磁盘空间、文件夹权限和数据库连接；原有数据没有变化。",
    en="It did not work: {reason}. Look at the space on the disk, the rights of the folder and the connection to the "
    "database; what was there is unchanged.",
)
ABOUT_TO = Phrase(
    zh="将恢复 {file}：{when} 的备份，{rows} 行。", en="About to bring back {file}: taken {when}, {rows} rows."
)
REPLACES = Phrase(
    zh="数据库里现有的数据会被替换（SQLite 会把旧文件留在旁边）。",
    en="What is in the database is replaced (with SQLite the old file is kept beside it).",
)
SAY_YES = Phrase(zh="确认无误后加上 --yes 再运行。", en="Run it again with --yes when this is what you want.")
NOTHING_CHANGED = Phrase(zh="没有做任何改动。", en="Nothing was changed.")
RESTORED = Phrase(
    zh="已恢复：{rows} 行，数据库回到 {when} 的样子。", en="Done: {rows} rows; the database is what it was at {when}."
)
KEPT = Phrase(zh="原来的数据库留在 {file}。", en="The database that was there is kept as {file}.")
MEANWHILE = Phrase(
    zh="{when} 之后的事，外面的人可能已经看到，而这里不再知道：发出的提醒和群发、改过的客户、写下的备注。",
    en="What happened after {when} may have been seen outside and is not known here any more: reminders and broadcasts "
    "that went out, customers that were changed, notes that were written.",
)
HELD = Phrase(
    zh="所以现在什么都不会自动发出。有 {unsure} 条在恢复前就已到时间，可能发过了；另有 {sure} 条之后才到时间。"
    "启动后由管理员决定：crmbot deliveries release（不再发可能发过的）、crmbot deliveries release --all（全部发），"
    "或在聊天里说“恢复发送”。",
    en="So nothing goes out by itself now. Due before this restore, so that they may have gone out: {unsure}; due "
    "later: {sure}. Start the program, then decide: crmbot deliveries release (leaves out what may have gone out), "
    'crmbot deliveries release --all (sends everything), or say "release" in the chat.',
)
SLACK = Phrase(zh="Slack：这段时间里的消息会自动补读。", en="Slack: what was said meanwhile is read again by itself.")
SLACK_TOKENS = Phrase(
    zh="Slack 工作区的令牌可能已经更换过：crmbot doctor 报错的工作区需要重新安装一次。",
    en="Tokens of Slack workspaces may have been renewed since: install the app again where crmbot doctor says so.",
)
WECOM = Phrase(
    zh="企业微信：客户和标签会重新同步；会话存档从备份时的位置接着读，超过 5 天的部分企业微信已不再保留；"
    "智能机器人和应用里这段时间的对话不会再推送。",
    en="WeCom: customers and tags are synchronised again; the archive is read on from where the backup stood, of which "
    "WeCom keeps five days; what was said to the robot and the app meanwhile is not sent again.",
)
NUMBERS = Phrase(
    zh="客户、待办、流程、文件的编号跳过一千接着编，备份之后给出的不会再给别的；SQLite 上群发和退信的编号可能再次使用："
    "聊天里这段时间的旧按钮不要再按。",
    en="Numbers of customers, to-dos, sequences and files go on a thousand further, so that none given after the backup"
    " is given again. On SQLite those of broadcasts and undelivered messages may: do not press buttons of that time.",
)
HOLDS = Phrase(
    zh="现在起什么都不会自动发出：{unsure} 条已到时间，{sure} 条之后才到。crmbot deliveries release 重新开始。",
    en="From now on nothing goes out by itself. Due already: {unsure}; due later: {sure}. crmbot deliveries release "
    "ends this.",
)
NOT_HELD = Phrase(zh="没有暂停：消息照常发送。", en="Nothing is held: messages go out as usual.")
RELEASED_SURE = Phrase(
    zh="已恢复发送：{sure} 条按时发出；{unsure} 条可能发过的不再发（提醒仍在待办里）。",
    en="Messages go out again: {sure} at their time; {unsure} that may have gone out are left out (reminders stay "
    "among the to-dos).",
)
RELEASED_ALL = Phrase(
    zh="已恢复发送：{sure} 条按时发出；{unsure} 条可能发过的也会再发。",
    en="Messages go out again: {sure} at their time, and the {unsure} that may have gone out before.",
)
SEQUENCES = Phrase(
    zh="有 {count} 个流程的下一步可能已经做过，已暂停：看过之后再继续。",
    en="Sequences whose next step may have been taken before, so that they are paused: {count}. Look, then resume.",
)
WAITING_TITLE = Phrase(zh="恢复备份后，发送已暂停", en="After the restore nothing is sent yet")
WAITING_TEXT = Phrase(
    zh="数据库在 {restored} 恢复成了 {taken} 的样子。{unsure} 条在恢复前就到时间了，可能已经发过；"
    "另有 {sure} 条之后才到时间。要怎么做？",
    en="The database was brought back at {restored} to what it was at {taken}. Due before that, so that they may have "
    "gone out already: {unsure}; due later: {sure}. What should happen?",
)
SURE_BUTTON = Phrase(zh="只发之后的", en="Send the later ones")
ALL_BUTTON = Phrase(zh="全部都发", en="Send everything")
SURE_COMMAND = Phrase(zh="恢复发送 之后的", en="release later")
ALL_COMMAND = Phrase(zh="恢复发送 全部", en="release all")
USAGE = Phrase(zh="恢复发送\n恢复发送 之后的\n恢复发送 全部", en="release\nrelease later\nrelease all")
SUMMARY = Phrase(
    zh="恢复备份之后，重新开始发送（管理员）", en="After a restore: let messages go out again (administrators)"
)
UNKNOWN = Phrase(zh="请说“恢复发送 之后的”或“恢复发送 全部”。", en='Say "release later" or "release all".')

FAILED = Phrase(zh="备份失败", en="A backup failed")
FAILED_TEXT = Phrase(
    zh="原因：{problem}。请检查 [backup] folder 的空间和权限；半小时后会再试，crmbot backup 可以马上试。",
    en="The reason: {problem}. Look at the space and the rights of [backup] folder; it is tried again in half an hour, "
    "and at once with crmbot backup.",
)
OVERDUE = Phrase(zh="已经一天半没有备份了", en="There was no backup for a day and a half")
OVERDUE_TEXT = Phrase(
    zh="请看程序日志里 bot.backup 的报错，或运行 crmbot backup。现在出事的话，这段时间的数据找不回来。",
    en="See what bot.backup says in the log, or run crmbot backup. If something happened now, this time would be lost.",
)
