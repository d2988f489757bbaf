"""Problems of reading a time (`bot/language/times`)."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "day_impossible": Phrase(
        zh="日历上没有「{said}」这一天。请换一个日期，例如 下周一上午十点 或 12月3日。",
        en='The calendar has no "{said}". Give another date, for example next Monday at 10am, or Dec 3.',
    ),
    "hour_impossible": Phrase(
        zh="没有「{said}」这个时刻。请用 0 到 24 点，例如 下午3点 或 15:30。",
        en='No clock shows "{said}". Use 0 to 24 hours, for example 3pm or 15:30.',
    ),
    "time_past": Phrase(
        zh="「{said}」已经过去了。请换一个将来的时间，例如 明天上午九点。",
        en='"{said}" is already past. Give a time ahead, for example tomorrow at 9am.',
    ),
    "lunar_repeats": Phrase(
        zh="「{said}」每年的公历日期不同，不能设为重复。请只设下一次，例如 春节前提醒我。",
        en='"{said}" falls on another date every year and cannot repeat. Set the next one alone, '
        "for example before Chinese New Year.",
    ),
    "rule_never": Phrase(
        zh="「{said}」一次也不会发生。请检查重复的日期，例如 每月最后一天。",
        en='"{said}" never happens. Check the days it repeats on, for example the last day of every month.',
    ),
    "time_missing": Phrase(
        zh="没有读到时间。可以写：明天下午3点、下周一上午十点半、3天后、每周一9点。",
        en="There is no time in that. Try: tomorrow 3pm, next Monday at 10:30, in 3 days, every Monday at 9am.",
    ),
    "zone_unknown": Phrase(
        zh="不认识时区「{zone}」。请用 Asia/Shanghai、America/New_York 这样的名字。",
        en='Unknown time zone "{zone}". Use a name such as Asia/Shanghai or America/New_York.',
    ),
    "now_unreadable": Phrase(
        zh="--now 的值「{value}」读不懂。请写成 2026-11-18T10:20 这样的形式。",
        en='Cannot read --now "{value}". Write it like 2026-11-18T10:20.',
    ),
}
