"""What a segment can ask for besides tags: the fields, their words in both languages, and how their values are read."""

import re
from collections.abc import Mapping
from datetime import timedelta

from crm_core.customers import dates, stages
from crm_core.customers.names import matching_form
from crm_core.errors import Invalid

_WORDS = {
    "tag": "标签 tag",
    "stage": "阶段 客户阶段 状态 stage status",
    "tier": "等级 级别 客户等级 客户级别 分级 tier level grade",
    "kind": "类型 客户类型 kind type",
    "owner": "负责人 归属 归属人 销售 跟进人 owner rep",
    "company": "公司 单位 企业 company organisation organization",
    "source": "来源 客户来源 渠道 source channel",
    "position": "职位 职务 position title",
    "opted_out": "退订 免打扰 optedout opted_out optout unsubscribed",
    "birthday": "生日 birthday",
    "last_contact": "最近联系 上次联系 最后联系 最近联系时间 联系 lastcontact last_contact contacted contact",
    "created": "创建 新建 创建时间 新增 created added",
}

#: Word (matching form) → field.
FIELDS: Mapping[str, str] = {word: name for name, words in _WORDS.items() for word in words.split()}

#: Words (matching form) for the viewer's own customers, and for all they see; a tag, stage or segment called so wins.
MINE = frozenset(map(matching_form, ("我的", "我的客户", "自己的", "我", "mine", "my", "my customers")))
_EVERYBODY = ("全部", "全部客户", "所有", "所有客户", "所有人", "全体", "全体客户", "大家")
EVERYBODY = frozenset(map(matching_form, (*_EVERYBODY, "all", "all customers", "everybody", "everyone")))

#: Fields that are compared with an amount of time: `<30d` is less than thirty days ago (to come, for birthdays).
TIMED = frozenset({"birthday", "last_contact", "created"})
NEVER = frozenset({"never", "none", "无", "从未", "没有"})

_AMOUNT = re.compile(r"(?P<number>\d{1,5}|半|[一二两三四五六七八九十]{1,3}) ?个? ?(?P<unit>[a-z]+|[一-鿿]+)")
_UNITS = {
    **dict.fromkeys(("h", "hour", "hours", "小时", "钟头"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days", "天", "日"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks", "周", "星期", "礼拜"), timedelta(days=7)),
    **dict.fromkeys(("m", "mo", "month", "months", "月"), timedelta(days=30)),
    **dict.fromkeys(("y", "year", "years", "年"), timedelta(days=365)),
}
_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_LONGEST = timedelta(days=36500)


def field_named(word: str) -> str | None:
    """The field this is a word for; None: perhaps a custom one."""
    return FIELDS.get(matching_form(word))


def amount_of(text: str) -> timedelta | None:
    """`30d`, `30天`, `两周`, `3 months`, `半年` → a length of time (a month is 30 days, a year 365); else None."""
    found = _AMOUNT.fullmatch(text.strip().lower())
    unit = _UNITS.get(found["unit"]) if found else None
    if found is None or unit is None:
        return None
    if found["number"] == "半":
        return _half(unit)
    return min(_number(found["number"]) * unit, _LONGEST)


def written(amount: timedelta) -> str:
    """`30d`, or `12h` when it is not whole days."""
    hours = int(amount.total_seconds() // 3600)
    return f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"


def value_of(field: str, operator: str, text: str) -> str:
    """The value in its one spelling: `won`, `A`, `yes`, `30d`, `2026-01-31`. Raises `Invalid`, which may be that of
    the value (`stage_unknown` …) or `segment_value_invalid`.
    """
    if field in TIMED:
        return _time_value(field, operator, text)
    if operator != ":":
        raise Invalid("segment_operator_invalid", field=field, operator=operator)
    if field == "stage":
        return stages.parse_stage(text)
    if field == "tier":
        return stages.parse_tier(text)
    if field == "kind":
        return stages.parse_kind(text)
    if field == "opted_out":
        return "yes" if stages.parse_yes_no(text) else "no"
    return text


def _time_value(field: str, operator: str, text: str) -> str:
    if operator == ":":
        if field != "created" and matching_form(text) in NEVER:
            return "never"
        raise Invalid("segment_value_invalid", field=field, value=text[:40])
    amount = amount_of(text)
    if amount is not None and (field != "birthday" or amount % timedelta(days=1) == timedelta(0)):
        return written(amount)
    if amount is None and field != "birthday":
        return dates.parse(text).isoformat()
    raise Invalid("segment_value_invalid", field=field, value=text[:40])


def _half(unit: timedelta) -> timedelta | None:
    """Half a day, or half of something longer in whole days."""
    if unit.days > 1:
        return timedelta(days=unit.days // 2)
    return timedelta(hours=12) if unit.days else None


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
