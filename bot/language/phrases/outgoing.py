"""What 暂停外发/hold and 恢复外发/release say: everything that goes out by itself."""

from bot.language.phrase import Phrase

PAUSE_USAGE = Phrase(zh="暂停外发", en="stop outgoing")
PAUSE_SUMMARY = Phrase(
    zh="暂停所有提醒、摘要和群发，只有管理员可以",
    en="Reminders and broadcasts wait (admins)",
)
RESUME_USAGE = Phrase(zh="恢复外发", en="resume outgoing")
RESUME_SUMMARY = Phrase(zh="恢复外发，只有管理员可以", en="Let everything go out again (admins)")
PAUSED = Phrase(
    zh="外发已暂停：提醒、摘要和群发都停下了，正在发的几条除外。我照常回答问题。恢复：恢复外发",
    en="Nothing goes out by itself any more: reminders, digests and broadcasts wait, except the few being sent right "
    "now. I still answer. To go on: resume outgoing",
)
PAUSED_BEFORE = Phrase(
    zh="{who} 在 {when} 已经暂停了外发，{count} 条在等。", en="{who} stopped it already, {when}; {count} are waiting."
)
RESUMED = Phrase(
    zh="外发已恢复，{count} 条到期的马上发出。", en="Everything goes out again; {count} overdue ones at once."
)
NOT_PAUSED = Phrase(zh="外发没有暂停。", en="Nothing was stopped.")
STILL_HELD = Phrase(
    zh="暂停已取消，但数据库刚从备份恢复，外发还要等管理员确认。",
    en="That stop is over, but the database was brought back from a backup: an administrator has to decide first.",
)
HELD = Phrase(
    zh="没有人暂停外发，但数据库刚从备份恢复，外发还要等管理员确认：恢复发送",
    en="Nobody stopped it, but the database was brought back from a backup: an administrator has to decide first: "
    "release",
)
DECIDE = Phrase(zh="看看有哪些在等", en="See what waits")
DECIDE_COMMAND = Phrase(zh="恢复发送", en="release")
RESUME = Phrase(zh="恢复外发", en="Resume outgoing")
RESUME_COMMAND = Phrase(zh="恢复外发", en="resume outgoing")
