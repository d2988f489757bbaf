"""Customers over REST."""

import pytest
from sqlmodel import select

from crm_core.customers import fields
from crm_core.customers.tables import FieldType
from crm_core.people.tables import AuditEntry, Operation
from tests.bot.api.conftest import Rest
from tests.conftest import NOW


def test_a_customer_is_created_and_read_back(rest: Rest) -> None:
    number = rest.create("张三", phones=["13800138000"], company="Acme", tags=["VIP"], owner="Alice", stage="意向")
    shown = rest.admin.get(f"/customers/{number}").json()
    assert (shown["name"], shown["company"], shown["owner"], shown["stage"]) == ("张三", "Acme", "Alice", "interested")
    assert shown["tags"] == ["VIP"]
    assert shown["phones"] == [{"value": "+8613800138000", "label": "", "primary": True}]


def test_a_reader_sees_the_phone_masked_and_may_not_write(rest: Rest) -> None:
    number = rest.create("张三", phones=["13800138000"])
    assert "0013800" not in rest.reader.get(f"/customers/{number}").text
    assert rest.reader.patch(f"/customers/{number}", json={"stage": "won"}).status_code == 403
    assert rest.reader.post("/customers", json={"name": "李四"}).status_code == 403


@pytest.mark.parametrize("path", ["/customers", "/messages", "/nudges", "/broadcasts/1"])
def test_without_a_token_nothing_is_answered(sqlite_rest: Rest, path: str) -> None:
    response = sqlite_rest.nobody.get(path)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["error"] == "token_needed"


def test_a_wrong_token_is_refused_whatever_it_holds(sqlite_rest: Rest) -> None:
    for token in ("wrong", "é" * 40, "x" * 5000):
        header = f"Bearer {token}".encode()
        assert sqlite_rest.nobody.get("/customers", headers={b"Authorization": header}).status_code == 401


def test_customers_are_found_as_in_the_chat(rest: Rest) -> None:
    rest.create("张三", company="Acme")
    rest.create("李四")
    assert [one["name"] for one in rest.admin.get("/customers", params={"q": "zhangsan"}).json()["items"]] == ["张三"]


def test_customers_are_listed_by_the_page_until_the_end(rest: Rest) -> None:
    created = [rest.create(f"客户{number}", tags=["VIP"]) for number in "一二三"]
    rest.create("李四")
    seen, cursor = [], None
    while True:
        params = {"tag": "vip", "limit": "2"} | ({"cursor": str(cursor)} if cursor else {})
        page = rest.admin.get("/customers", params=params).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == created


def test_an_unknown_tag_is_not_found(sqlite_rest: Rest) -> None:
    response = sqlite_rest.admin.get("/customers", params={"tag": "nothing"})
    assert (response.status_code, response.json()["error"]) == (404, "tag_not_found")


def test_a_change_sets_any_field_and_is_an_operation(rest: Rest) -> None:
    number = rest.create("张三")
    shown = rest.admin.patch(f"/customers/{number}", json={"stage": "won", "tier": "A", "phone": "13900139000"}).json()
    assert (shown["stage"], shown["tier"], shown["phones"][0]["value"]) == ("won", "A", "+8613900139000")
    with rest.database.reading() as session:
        assert f"PATCH /api/v1/customers/{number}" in session.exec(select(Operation.command)).all()


def test_one_bad_value_leaves_the_whole_change_undone(rest: Rest) -> None:
    number = rest.create("张三")
    response = rest.admin.patch(f"/customers/{number}", json={"stage": "won", "birthday": "1990-02-31"})
    assert response.status_code == 422
    assert rest.admin.get(f"/customers/{number}").json()["stage"] == "lead"


def test_a_birthday_without_a_year_is_shown_without_one(sqlite_rest: Rest) -> None:
    number = sqlite_rest.create("张三", birthday="5月3日")
    assert sqlite_rest.admin.get(f"/customers/{number}").json()["birthday"] == "05-03"
    shown = sqlite_rest.admin.patch(f"/customers/{number}", json={"birthday": "1988-05-03"}).json()
    assert shown["birthday"] == "1988-05-03"


def test_a_sensitive_field_stays_hidden_also_when_it_is_archived(sqlite_rest: Rest) -> None:
    with sqlite_rest.database.writing() as session:
        secret = fields.declare(session, "secret", "秘密", "Secret", FieldType.TEXT, sensitive=True)
    number = sqlite_rest.create("张三", custom={"secret": "310000"})
    assert sqlite_rest.reader.get(f"/customers/{number}").json()["custom"] == {"secret": "***"}
    with sqlite_rest.database.writing() as session:
        fields.archive(session, session.merge(secret), now=NOW)
    assert sqlite_rest.reader.get(f"/customers/{number}").json()["custom"] == {}


def test_the_refusal_speaks_the_language_of_the_caller(sqlite_rest: Rest) -> None:
    body = {"name": "张三", "phones": ["12"]}
    english = sqlite_rest.admin.post("/customers", json=body).json()
    chinese = sqlite_rest.admin.post("/customers", json=body, headers={"Accept-Language": "zh-CN,zh;q=0.9"}).json()
    assert english["error"] == chinese["error"] == "phone_invalid"
    assert english["message"].isascii()
    assert not chinese["message"].isascii()


def test_a_second_customer_with_the_same_phone_is_refused(rest: Rest) -> None:
    rest.create("张三", phones=["13800138000"])
    response = rest.admin.post("/customers", json={"name": "张三丰", "phones": ["+86 138 0013 8000"]})
    assert (response.status_code, response.json()["error"]) == (409, "customer_duplicate")
    assert "PATCH /customers/1;" in response.json()["message"]


def test_tags_are_added_and_removed(rest: Rest) -> None:
    number = rest.create("张三", tags=["潜力"])
    answer = rest.admin.post(f"/customers/{number}/tags", json={"add": ["VIP", "潜力"], "remove": ["潜力", "没有"]})
    assert answer.json() == {"tags": ["VIP"], "added": ["VIP"], "removed": ["潜力"]}


def test_looking_at_a_customer_is_on_record(rest: Rest) -> None:
    number = rest.create("张三")
    rest.reader.get(f"/customers/{number}")
    with rest.database.reading() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.customer_id == number)).all()
    assert ("reader", "saw customer.read") in [(entry.actor, entry.action) for entry in entries]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"name": null}', b'{"name": "x", "phones": [1]}', b'{"name": ["x"]}', b"\xff\xfe",
     b'{"name": "x", "unknown": 1}', b'{"name": "' + b"x" * 600 + b'"}', b'{"name": "   "}'],
)  # fmt: skip
def test_a_malformed_customer_is_a_refusal_not_a_failure(sqlite_rest: Rest, body: bytes) -> None:
    response = sqlite_rest.admin.post("/customers", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= response.status_code < 500
    assert set(response.json()) == {"error", "message"}
    assert sqlite_rest.admin.get("/customers").json()["items"] == []


@pytest.mark.parametrize("number", ["0", "-1", "999999", "99999999999999999999999", "abc"])
def test_a_customer_that_is_not_there_is_not_found(sqlite_rest: Rest, number: str) -> None:
    assert sqlite_rest.admin.get(f"/customers/{number}").status_code in {404, 422}
    assert sqlite_rest.admin.patch(f"/customers/{number}", json={"stage": "won"}).status_code in {404, 422}


@pytest.mark.parametrize("params", [{"limit": "0"}, {"limit": "x"}, {"cursor": "-1"}, {"q": "x" * 600}])
def test_a_list_with_strange_bounds_is_refused(sqlite_rest: Rest, params: dict[str, str]) -> None:
    assert sqlite_rest.admin.get("/customers", params=params).status_code == 422


@pytest.mark.parametrize("query", ["%_%", "']]>", '"*^():-', "\x00", "\u202e张三", "🙂", "' OR 1=1 --"])
def test_a_strange_query_finds_nothing_and_breaks_nothing(rest: Rest, query: str) -> None:
    rest.create("李四")
    response = rest.admin.get("/customers", params={"q": query})
    assert (response.status_code, response.json()["items"]) == (200, [])
