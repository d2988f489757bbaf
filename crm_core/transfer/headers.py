"""Which column of a table is which field of a customer, found by its heading in Chinese or English."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from crm_core.customers import fields, names
from crm_core.customers.field_words import BY_KEY
from crm_core.errors import Invalid

#: Fields of an import beside those of the record itself.
_EXTRA = {
    "tags": "标签 客户标签 tag tags label labels",
    "note": "备注 跟进记录 说明 描述 note notes remark remarks comment comments description",
    "other_names": "别名 曾用名 昵称 其他名称 alias aliases nickname other_names",
    "created_at": "创建时间 创建日期 录入时间 添加时间 created created_at created_on create_time date_added",
    "name": "客户 联系人 联系人姓名 客户简称 contact contact_name customer client lead",
    "first_name": "名 first_name given_name",
    "last_name": "姓 last_name surname family_name",
}
#: Other headings that are common in tables.
_HEADINGS = {
    "phone": "移动电话 客户电话 客户手机 联系手机 联系人电话 联系人手机 电话手机 手机电话 电话号 办公电话 家庭电话"
    " mobile_phone cell_phone work_phone home_phone office_phone business_phone phone_no mobile_no telephone_number"
    " contact_number",
    "email": "电邮 客户邮箱 联系人邮箱 工作邮箱 邮件地址 work_email home_email email_addr mail_address",
    "address": "客户地址 公司地址 通讯地址 详细地址 street_address mailing_address work_address home_address",
    "company": "客户公司 工作单位 单位名称 企业名称 organization_name organisation_name employer account_name",
    "position": "职称 担任职务 role job_position",
    "birthday": "出生年月日 birth_day birthdate",
    "owner": "客户负责人 销售负责人 业务员 客户经理 跟进人员 salesperson account_owner contact_owner",
    "source": "线索来源 lead_source",
    "tags": "客户分组 tag_names",
    "note": "备注信息 客户备注 沟通记录",
    "created_at": "建档时间 建档日期 添加日期 录入日期 create_date creation_date",
}
_BY_KEY = {
    word.replace("_", ""): field
    for table in (_EXTRA, _HEADINGS)
    for field, words in table.items()
    for word in words.split()
}
#: Fields that several columns may feed.
_MANY = frozenset({"phone", "email", "address", "tags", "note", "other_names"})
_NOISE = re.compile(r"[(（\[【](?:必填|选填|required|optional)[)）\]】]|[\s_\-*：:()（）\[\]【】.。/]+")
_NUMBER = re.compile(r"(?:[0-9]+|[一二三四五])$")
_CLOSE_ENOUGH = 88


@dataclass(frozen=True)
class Column:
    """`field` is a field of a customer, a key of a custom field, or "" for a column that is left out."""

    heading: str
    field: str


def mapped(session: Session, header: Sequence[str], said: Mapping[str, str]) -> list[Column]:
    """One `Column` for each heading. `said`: heading → field, where the person knows better ("" leaves it out).

    Raises `Invalid`: `import_heading_unknown`, `field_unknown` for what was said, `import_no_name` without a name.
    """
    custom = _custom(session)
    choices = {_key(heading): _named(field, custom) for heading, field in said.items()}
    unknown = set(choices) - {_key(heading) for heading in header}
    if unknown:
        raise Invalid("import_heading_unknown", heading=", ".join(sorted(unknown))[:80])
    columns: list[Column] = []
    for heading in header:
        key = _key(heading)
        field = choices[key] if key in choices else _guess(key, custom)
        columns.append(Column(heading, "" if _taken(field, columns) else field))
    if not {"name", "first_name", "last_name"} & {column.field for column in columns}:
        raise Invalid("import_no_name", headings="、".join(header)[:200])
    return columns


def _taken(field: str, columns: list[Column]) -> bool:
    return field not in _MANY and field != "" and any(column.field == field for column in columns)


def _named(word: str, custom: Mapping[str, str]) -> str:
    key = _key(word)
    field = "" if not key else _exact(key, custom)
    if field is None:
        raise Invalid("field_unknown", field=word[:40])
    return field


def _guess(key: str, custom: Mapping[str, str]) -> str:
    found = _exact(key, custom)
    return found if found is not None else _similar(_NUMBER.sub("", key), custom)


def _exact(key: str, custom: Mapping[str, str]) -> str | None:
    """The field this heading names, as it is or without the number of 手机2."""
    for word in (key, _NUMBER.sub("", key)):
        for table in (custom, BY_KEY, _BY_KEY):
            if word in table:
                return table[word]
    return None


def _similar(key: str, custom: Mapping[str, str]) -> str:
    from rapidfuzz import fuzz, process

    words = {**_BY_KEY, **{word.replace(" ", ""): field for word, field in BY_KEY.items()}, **custom}
    best = process.extractOne(key, list(words), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
    return words[best[0]] if best and len(key) > 2 else ""


def _custom(session: Session) -> dict[str, str]:
    return {_key(word): one.key for one in fields.active(session) for word in (one.key, one.label_zh, one.label_en)}


def _key(heading: str) -> str:
    return _NOISE.sub("", names.matching_form(heading[:100]))
