"""Headings find their fields."""

from collections.abc import Mapping, Sequence

import pytest
from sqlmodel import Session

from crm_core.customers import fields
from crm_core.customers.tables import FieldType
from crm_core.errors import Invalid
from crm_core.transfer import headers
from crm_core.transfer.headers import Left


def mapped(session: Session, header: Sequence[str], said: Mapping[str, str] | None = None) -> list[str]:
    return [column.field for column in headers.mapped(session, header, said or {})]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("客户姓名", "name"),
        ("客户名称*", "name"),
        ("联系人", "name"),
        ("Full Name", "name"),
        ("手机", "phone"),
        ("手机1", "phone"),
        ("手机 2", "phone"),
        ("联系电话(必填)", "phone"),
        ("Mobile Phone", "phone"),
        ("Phone Number", "phone"),
        ("電話", "phone"),
        ("E-mail", "email"),
        ("Email Address", "email"),
        ("电子邮箱", "email"),
        ("公司名称", "company"),
        ("Company Name", "company"),
        ("Job Title", "position"),
        ("客户阶段", "stage"),
        ("Stage", "stage"),
        ("客户等级", "tier"),
        ("标签", "tags"),
        ("Tags", "tags"),
        ("出生日期", "birthday"),
        ("负责人", "owner"),
        ("客户来源", "source"),
        ("创建时间", "created_at"),
        ("Created At", "created_at"),
        ("备注", "note"),
        ("Notes", "note"),
        ("Telephnoe", "phone"),
        ("毛利率", ""),
    ],
)
def test_a_heading_finds_its_field(sqlite_session: Session, heading: str, field: str) -> None:
    assert mapped(sqlite_session, ["Name", heading])[1] == ("" if field == "name" else field)
    if field == "name":
        assert mapped(sqlite_session, [heading]) == ["name"]


#: Headings of exports → fields ("" for what no field is there for).
_EXPORTS = {
    "WeCom": (
        "客户名称,描述,添加人,添加人账号,添加人所属部门,添加时间,来源,手机,企业,邮箱,地址,职务,标签",
        "name,note,owner,,,created_at,source,phone,company,email,address,position,tags",
    ),
    "Chinese": (
        "公司名,联系人,联系人手机号,固话,微信号,对接销售,分类,预计金额,客户行业,成交状态,下次联系时间,最后跟进时间,备注说明,邮编,QQ,微信",
        "company,name,phone,phone,,owner,tags,,,,,,note,,,",
    ),
    "Salesforce": (
        "First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,Account Owner,Lead Source,Lead Status",
        "first_name,last_name,position,company,address,,owner,source,",
    ),
    "Salesforce, the rest": (
        "Name,Phone,Mobile,Amount,Close Date,Created Date,Description,Industry,Email Opt Out",
        "name,phone,phone,,,created_at,note,,opted_out",
    ),
    "HubSpot": (
        "Record ID,First Name,Last Name,Mobile Phone Number,Contact owner,Associated Company,Create Date,Website URL",
        ",first_name,last_name,phone,owner,company,created_at,",
    ),
    "HubSpot, the rest": (
        "Name,Last Activity Date,Street Address,City,Original Source,Preferred language,Job Title",
        "name,,address,,source,language,position",
    ),
    "Pipedrive": (
        "Person - Name,Person - Organization,Person - Phone - Work,Person - Email - Work,Person - Labels",
        "name,company,phone,email,tags",
    ),
    "Google": (
        "Name,Organization Title,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 2 - Value,Address 1 - Formatted",
        "name,position,tags,,email,phone,address",
    ),
    "Outlook": (
        "First Name,Department,Business Street,Business Phone 2,E-mail Address,E-mail Type,E-mail 2 Address,Categories",
        "first_name,,address,phone,email,,email,tags",
    ),
}


@pytest.mark.parametrize("origin", _EXPORTS)
def test_the_headings_of_the_usual_exports_find_their_fields(sqlite_session: Session, origin: str) -> None:
    header, found = (line.split(",") for line in _EXPORTS[origin])
    assert dict(zip(header, mapped(sqlite_session, header), strict=True)) == dict(zip(header, found, strict=True))


def test_why_a_column_is_left_out_is_known(sqlite_session: Session) -> None:
    columns = headers.mapped(sqlite_session, ["姓名", "联系人", "毛利率", "电话", "crmbot 原因"], {"电话": ""})
    assert [(column.left, column.taken) for column in columns[1:]] == [
        (Left.TAKEN, "name"),
        (Left.UNKNOWN, ""),
        (Left.ASKED, ""),
        (Left.OURS, ""),
    ]


def test_a_column_of_reasons_of_ones_own_is_a_column_like_others(sqlite_session: Session) -> None:
    assert headers.mapped(sqlite_session, ["姓名", "原因"], {})[1].left is Left.UNKNOWN
    fields.declare(sqlite_session, "reason", "原因", "Reason", FieldType.TEXT)
    columns = headers.mapped(sqlite_session, ["姓名", "原因", "crmbot 原因"], {})
    assert [(column.field, column.left) for column in columns[1:]] == [("reason", None), ("", Left.OURS)]


def test_several_columns_of_phones_all_count(sqlite_session: Session) -> None:
    assert mapped(sqlite_session, ["姓名", "手机1", "手机2", "座机"]) == ["name", "phone", "phone", "phone"]


def test_the_second_column_of_a_single_field_is_left_out(sqlite_session: Session) -> None:
    assert mapped(sqlite_session, ["客户名称", "联系人", "公司"]) == ["name", "", "company"]


def test_the_labels_of_custom_fields_are_headings_in_both_languages(sqlite_session: Session) -> None:
    fields.declare(sqlite_session, "budget", "预算", "Yearly budget", FieldType.NUMBER)
    assert mapped(sqlite_session, ["姓名", "预算"]) == ["name", "budget"]
    assert mapped(sqlite_session, ["姓名", "Yearly Budget"]) == ["name", "budget"]


def test_custom_fields_that_differ_in_a_number_are_kept_apart(sqlite_session: Session) -> None:
    fields.declare(sqlite_session, "size1", "规格1", "Size 1", FieldType.TEXT)
    fields.declare(sqlite_session, "size2", "规格2", "Size 2", FieldType.TEXT)
    assert mapped(sqlite_session, ["姓名", "规格1", "规格2"]) == ["name", "size1", "size2"]


def test_a_person_knows_better_than_the_heading(sqlite_session: Session) -> None:
    said = {"对接人": "姓名", "电话": ""}
    assert mapped(sqlite_session, ["对接人", "电话", "邮箱"], said) == ["name", "", "email"]


def test_a_first_and_a_last_name_are_a_name(sqlite_session: Session) -> None:
    assert mapped(sqlite_session, ["First Name", "Last Name"]) == ["first_name", "last_name"]


@pytest.mark.parametrize(
    ("header", "said", "problem"),
    [
        (["电话", "邮箱"], {}, "import_no_name"),
        (["姓名"], {"名字们": "name"}, "import_heading_unknown"),
        (["姓名", "x"], {"x": "鞋码"}, "field_unknown"),
    ],
)
def test_what_cannot_be_mapped_is_said(
    sqlite_session: Session, header: list[str], said: dict[str, str], problem: str
) -> None:
    with pytest.raises(Invalid) as refused:
        headers.mapped(sqlite_session, header, said)
    assert refused.value.problem == problem
