"""Whatever a person remembers of a customer finds them."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from crm_core.customers import records
from crm_core.customers.find import Hit, Match, best, find
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, CustomerKind
from crm_core.errors import Invalid
from crm_core.people import operations
from crm_core.tags import tags
from crm_core.tags.tables import Tag
from tests.crm_core.conftest import Cast

TOWN = (
    Draft(
        "张三丰", phones=["13800138812"], emails=["sanfeng@wudang.example"], company="武当山旅游有限公司", tags=["VIP"]
    ),
    Draft("张伟", phones=["13912345678"], company="Acme 贸易有限公司", position="销售总监"),
    Draft("張曉明", company="北京字节跳动科技有限公司", position="工程师"),
    Draft("李四", phones=["+1 415 555 0123"], company="Acme 贸易有限公司", tags=["华东 大客户"], other_names=["老四"]),
    Draft("王重阳", emails=["chongyang.wang@quanzhen.example"]),
    Draft("单田芳"),
    Draft("曾国藩", position="总督"),
    Draft("尉迟恭"),
    Draft("欧阳锋"),
    Draft("吕布"),
    Draft("John Smith", company="Globex Ltd", emails=["jsmith@globex.example"]),
    Draft("Mary O'Brien-Jones", company="Initech Inc."),
    Draft("José Álvarez"),
    Draft("王伟", position="老师"),
    Draft("陈静"),
    Draft("58同城", kind=CustomerKind.COMPANY),
    Draft("李总", position="店长"),
    Draft("李明", position="总经理"),
    Draft("周末🌟"),
)


@pytest.fixture
def town(session: Session, cast: Cast, now: datetime) -> dict[str, Customer]:
    made = [records.create(session, draft, viewer=cast.alice, now=now) for draft in TOWN]
    return {customer.name: customer for customer in made}


def names(hits: list[Hit]) -> list[str]:
    return [hit.customer.name for hit in hits]


def first(session: Session, query: str, cast: Cast, now: datetime) -> str:
    found = names(find(session, query, viewer=cast.alice, now=now))
    return found[0] if found else "-"


def wrong(session: Session, cast: Cast, now: datetime, cases: dict[str, str]) -> dict[str, str]:
    """The queries that did not find what they should first, with what they found."""
    found = {query: first(session, query, cast, now) for query in cases}
    return {query: found[query] for query, expected in cases.items() if found[query] != expected}


@pytest.mark.usefixtures("town")
def test_a_name_is_found_by_any_part_in_any_writing(session: Session, cast: Cast, now: datetime) -> None:
    cases = {
        "张三丰": "张三丰", "三丰": "张三丰", "丰": "张三丰", "張三豐": "张三丰", "张晓": "張曉明", "张 三丰": "张三丰",
        "  张三丰  ": "张三丰", "ＪＯＨＮ": "John Smith", "john smith": "John Smith", "SMITH": "John Smith",
        "smith john": "John Smith", "obrien": "Mary O'Brien-Jones", "o'brien": "Mary O'Brien-Jones",
        "jose": "José Álvarez", "alvarez": "José Álvarez", "58": "58同城", "58同城": "58同城",
        "同城": "58同城", "周末": "周末🌟", "老四": "李四", "joh": "John Smith", "mary jones": "Mary O'Brien-Jones",
    }  # fmt: skip
    assert wrong(session, cast, now, cases) == {}


@pytest.mark.usefixtures("town")
def test_a_name_is_found_by_its_sound(session: Session, cast: Cast, now: datetime) -> None:
    cases = {
        "zhangsanfeng": "张三丰", "zhang sanfeng": "张三丰", "zhang san feng": "张三丰", "sanfeng": "张三丰",
        "zansanfen": "张三丰", "zhangsanf": "张三丰", "ZSF": "张三丰", "zsf": "张三丰", "zxm": "張曉明",
        "shantianfang": "单田芳", "dantianfang": "单田芳", "zengguofan": "曾国藩", "cengguofan": "曾国藩",
        "yuchigong": "尉迟恭", "weichigong": "尉迟恭", "wangchongyang": "王重阳", "wangzhongyang": "王重阳",
        "lvbu": "吕布", "lubu": "吕布", "lyubu": "吕布", "ouyang": "欧阳锋", "chengjing": "陈静", "chenjin": "陈静",
        "zhang三丰": "张三丰", "js": "John Smith",
    }  # fmt: skip
    assert wrong(session, cast, now, cases) == {}


@pytest.mark.usefixtures("town")
def test_a_customer_is_found_by_phone_and_mail(session: Session, cast: Cast, now: datetime) -> None:
    cases = {
        "13800138812": "张三丰", "+86 138-0013-8812": "张三丰", "8613800138812": "张三丰", "8812": "张三丰",
        "138 0013": "张三丰", "4155550123": "李四", "+1 (415) 555-0123": "李四", "0123": "李四", "5678": "张伟",
        "sanfeng@wudang.example": "张三丰", "SanFeng@Wudang.Example": "张三丰", "sanfeng@": "张三丰",
        "chongyang.wang@q": "王重阳", "jsmith": "John Smith", "张 8812": "张三丰", "8812 三丰": "张三丰",
    }  # fmt: skip
    assert wrong(session, cast, now, cases) == {}


@pytest.mark.usefixtures("town")
def test_a_customer_is_found_by_company_tag_and_several_words(session: Session, cast: Cast, now: datetime) -> None:
    cases = {
        "张 acme": "张伟", "acme 张伟": "张伟", "Acme的张伟": "张伟", "字节 张": "張曉明", "字节跳动张晓明": "張曉明",
        "vip 张": "张三丰", "张 VIP": "张三丰", "vip": "张三丰", "华东大客户": "李四", "smith globex": "John Smith",
        "字节的张晓明": "張曉明", "武当山旅游有限公司 张": "张三丰",
    }  # fmt: skip
    assert wrong(session, cast, now, cases) == {}
    assert set(names(find(session, "acme", viewer=cast.alice, now=now))) == {"Acme 贸易有限公司", "张伟", "李四"}
    assert set(names(find(session, "字节", viewer=cast.alice, now=now))) == {"北京字节跳动科技有限公司", "張曉明"}
    assert find(session, "李 vip", viewer=cast.alice, now=now) == []


@pytest.mark.usefixtures("town")
def test_a_latin_name_is_found_from_its_first_letter_on(session: Session, cast: Cast, now: datetime) -> None:
    for query, name in (
        ("ac", "Acme 贸易有限公司"),
        ("a", "Acme 贸易有限公司"),
        ("gl", "Globex Ltd"),
        ("jo", "John Smith"),
    ):
        assert name in names(find(session, query, viewer=cast.alice, now=now)), query
    assert first(session, "sm", cast, now) == "John Smith"
    assert find(session, "ac", viewer=cast.alice, now=now, shortest=3) == []


def test_of_two_letters_one_s_own_names_that_begin_so_come_before_everybody_s_initials(
    session: Session, cast: Cast, now: datetime
) -> None:
    for surname in ("Cole", "Cox", "Clay", "Cruz", "Cash"):
        records.create(session, Draft(f"Ann {surname}", owner="Bob"), viewer=cast.admin, now=now)
    records.create(session, Draft("Acme", owner="Alice"), viewer=cast.admin, now=now)
    assert first(session, "ac", cast, now) == "Acme"
    assert names(find(session, "ac", viewer=cast.admin, now=now, limit=3))[0] == "Acme"
    assert names(find(session, "ac", viewer=cast.bob, now=now, limit=6))[-1] == "Acme"


@pytest.mark.usefixtures("town")
def test_a_form_of_address_means_the_surname(session: Session, cast: Cast, now: datetime) -> None:
    cases = {
        "张总": "张伟", "王老师": "王伟", "陈女士": "陈静", "张工": "張曉明", "欧阳先生": "欧阳锋", "老单": "单田芳",
        "三丰老师": "张三丰", "字节张工": "張曉明", "Mr Smith": "John Smith", "Ms. Jones": "Mary O'Brien-Jones",
        "mr ouyang": "欧阳锋",
    }  # fmt: skip
    assert wrong(session, cast, now, cases) == {}
    assert names(find(session, "李总", viewer=cast.alice, now=now))[:2] == ["李总", "李明"]


@pytest.mark.usefixtures("town")
def test_a_slip_of_the_pen_is_forgiven_when_nothing_else_fits(session: Session, cast: Cast, now: datetime) -> None:
    cases = {
        "章三丰": "张三丰", "张三封": "张三丰", "张山丰": "张三丰", "张丰": "张三丰", "张三三丰": "张三丰",
        "张四丰": "张三丰", "字节挑动": "北京字节跳动科技有限公司", "Jonh": "John Smith", "Smiht": "John Smith",
        "alvares": "José Álvarez",
        "zhangsanfegn": "张三丰", "王冲阳": "王重阳", "Gloobex": "John Smith",
    }  # fmt: skip
    assert wrong(session, cast, now, cases) == {}
    assert {hit.match for hit in find(session, "章三丰", viewer=cast.alice, now=now)} == {Match.SIMILAR}
    assert find(session, "赵钱孙", viewer=cast.alice, now=now) == []


def test_a_number_sign_finds_by_id(session: Session, town: dict[str, Customer], cast: Cast, now: datetime) -> None:
    id_ = town["李四"].id
    for query in (f"#{id_}", f"＃ {id_}", f" #{id_} "):
        assert names(find(session, query, viewer=cast.alice, now=now)) == ["李四"]
    assert find(session, "#999999999999", viewer=cast.alice, now=now) == []
    assert find(session, f"#{2**64}", viewer=cast.alice, now=now) == []
    assert find(session, f"#{id_}", viewer=cast.charlie, now=now) == []


ODD = ("", "   ", '"', "'", "%", "_", "*", "^", '":-()', "NEAR(", "AND", "OR NOT", "a*", '"张"', "张%", "\x00",
       "🌟", "\u202e\u200b", "#", "#x", "@", "@@", "+", "----", "((((", "\\", "o1", "{a}", "-张", "张:三",
       "' OR 1=1 --", "٠١٢٣٤", "１２", "1e5", "ſ", "ﷺ", "a" * 200, "张" * 200, "张 " * 99, "0" * 30, "9999",
       "a@" + "b" * 150)  # fmt: skip


@pytest.mark.usefixtures("town")
def test_no_sign_breaks_a_query(session: Session, cast: Cast, now: datetime) -> None:
    for query in ODD:
        for viewer in (cast.alice, cast.admin):
            assert isinstance(find(session, query, viewer=viewer, now=now), list)


def test_a_query_without_bounds_is_refused(session: Session, cast: Cast, now: datetime) -> None:
    for query in ("张" * 201, "a" * 100_000):
        with pytest.raises(Invalid, match="query_too_long"):
            find(session, query, viewer=cast.alice, now=now)


@pytest.mark.usefixtures("town")
def test_others_customers_stay_unseen_on_every_path(session: Session, cast: Cast, now: datetime) -> None:
    queries = ("张三丰", "丰", "zsf", "zhangsanfeng", "13800138812", "8812", "sanfeng@wudang.example", "sanfeng@",
               "vip", "张 vip", "章三丰", "张总", "jsmith", "Jonh", "joh", "三丰老师", "张 8812")  # fmt: skip
    assert [query for query in queries if find(session, query, viewer=cast.charlie, now=now)] == []
    assert all(find(session, query, viewer=cast.bob, now=now) for query in queries)
    assert all(find(session, query, viewer=cast.admin, now=now) for query in queries)


def test_own_customers_come_first_and_then_recent_contacts(session: Session, cast: Cast, now: datetime) -> None:
    def made(name: str, owner: str, days: int) -> Customer:
        customer = records.create(session, Draft(name, owner=owner), viewer=cast.admin, now=now)
        records.touch(session, customer.id, now - timedelta(days=days))
        return customer

    made("赵一", "Alice", 300), made("赵二", "Alice", 3), made("赵三", "Bob", 0), made("赵四", "Bob", 40)
    assert names(find(session, "赵", viewer=cast.bob, now=now)) == ["赵三", "赵四", "赵二", "赵一"]
    assert names(find(session, "赵", viewer=cast.alice, now=now)) == ["赵二", "赵一"]
    assert names(find(session, "赵", viewer=cast.admin, now=now)) == ["赵三", "赵二", "赵四", "赵一"]


def test_of_very_many_those_met_lately_come_first(session: Session, cast: Cast, now: datetime) -> None:
    rows = [
        Customer(
            name=f"钱{number}", name_key=f"钱{number}", owner_id=cast.alice.staff_id, created_at=now, updated_at=now
        )
        for number in range(700)
    ]
    session.add_all(rows)
    session.flush()
    for row in (rows[5], rows[350], rows[695]):
        records.touch(session, row.id, now)
    assert set(names(find(session, "钱", viewer=cast.admin, now=now, limit=3))) == {"钱5", "钱350", "钱695"}
    assert set(names(find(session, "钱", viewer=cast.alice, now=now, limit=3))) == {"钱5", "钱350", "钱695"}


def test_what_is_written_is_found_at_once_and_what_is_gone_is_not(session: Session, cast: Cast, now: datetime) -> None:
    customer = records.create(session, Draft("赵敏"), viewer=cast.alice, now=now)
    assert first(session, "赵敏", cast, now) == "赵敏"
    records.change(session, customer, "name", "赵雅", viewer=cast.alice, now=now, country="CN")
    assert first(session, "赵雅", cast, now) == "赵雅"
    assert find(session, "赵敏", viewer=cast.alice, now=now)[0].match is Match.OTHER_NAME  # the former name
    tags.add(session, customer, ["重点"], viewer=cast.alice, now=now)
    assert first(session, "重点 赵", cast, now) == "赵雅"
    tags.remove(session, customer, ["重点"], viewer=cast.alice, now=now)
    assert find(session, "重点 赵", viewer=cast.alice, now=now) == []
    records.assign(session, customer, cast.staff["charlie"], viewer=cast.alice, now=now)
    assert find(session, "赵雅", viewer=cast.alice, now=now) == []
    assert names(find(session, "赵雅", viewer=cast.charlie, now=now)) == ["赵雅"]


def test_a_company_renamed_is_known_at_its_people(session: Session, cast: Cast, now: datetime) -> None:
    person = records.create(session, Draft("赵敏", company="绿柳山庄"), viewer=cast.alice, now=now)
    company = session.get_one(Customer, person.company_id)
    assert set(names(find(session, "绿柳", viewer=cast.alice, now=now))) == {"绿柳山庄", "赵敏"}
    company.name, company.name_key = "汝阳王府", "汝阳王府"
    session.add(company)
    assert set(names(find(session, "汝阳", viewer=cast.alice, now=now))) == {"汝阳王府", "赵敏"}
    assert find(session, "绿柳", viewer=cast.alice, now=now) == []


def test_a_tag_renamed_is_known_at_its_customers(session: Session, cast: Cast, now: datetime) -> None:
    records.create(session, Draft("赵敏", tags=["展会"]), viewer=cast.alice, now=now)
    tag = tags.named(session, "展会")
    tag.name, tag.name_key = "广交会", "广交会"
    session.add(tag)
    assert first(session, "广交会", cast, now) == "赵敏"
    assert find(session, "展会", viewer=cast.alice, now=now) == []
    assert session.get(Tag, tag.id) is not None


def test_a_merged_customer_is_found_as_its_survivor_until_that_is_undone(
    session: Session, cast: Cast, now: datetime
) -> None:
    kept = records.create(session, Draft("赵敏"), viewer=cast.alice, now=now)
    other = records.create(session, Draft("敏敏特穆尔", phones=["13800138000"]), viewer=cast.alice, now=now)
    with operations.recording(session, viewer=cast.alice, command="merge", now=now) as operation:
        other.merged_into_id = kept.id
        session.add(other)
    for query in ("敏敏特穆尔", "特穆尔", "13800138000", "8000", f"#{other.id}", "赵敏"):
        assert [hit.customer.id for hit in find(session, query, viewer=cast.alice, now=now)] == [kept.id]
    operations.undo(session, operation, viewer=cast.alice, now=now)
    assert [hit.customer.id for hit in find(session, "特穆尔", viewer=cast.alice, now=now)] == [other.id]
    assert [hit.customer.id for hit in find(session, "赵敏", viewer=cast.alice, now=now)] == [kept.id]


def test_a_merged_customer_of_another_is_seen_by_whoever_sees_the_survivor(
    session: Session, cast: Cast, now: datetime
) -> None:
    kept = records.create(session, Draft("赵敏"), viewer=cast.alice, now=now)
    other = records.create(session, Draft("特穆尔", phones=["13800138000"]), viewer=cast.charlie, now=now)
    other.merged_into_id = kept.id
    session.add(other)
    for query in ("特穆尔", "13800138000"):
        assert [hit.customer.id for hit in find(session, query, viewer=cast.alice, now=now)] == [kept.id]
        assert find(session, query, viewer=cast.charlie, now=now) == []


@pytest.mark.usefixtures("town")
def test_the_best_hit_is_the_one_that_is_clear(session: Session, cast: Cast, now: datetime) -> None:
    def clear(query: str) -> str | None:
        found = best(find(session, query, viewer=cast.alice, now=now))
        return None if found is None else found.name

    assert clear("张三丰") == "张三丰"
    assert clear("8812") == "张三丰"
    assert clear("田芳") == "单田芳"
    assert clear("张") is None
    assert clear("章三丰") is None
    assert clear("王伟") == "王伟"
    records.create(session, Draft("王伟", owner="Charlie"), viewer=cast.admin, now=now)
    records.create(session, Draft("王伟", owner="pool"), viewer=cast.admin, now=now)
    assert clear("王伟") == "王伟"
    records.create(session, Draft("王伟"), viewer=cast.alice, now=now)
    assert clear("王伟") is None
