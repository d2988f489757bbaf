"""Whatever is sent, the answer is a refusal, never a failure of ours; and what was shown is on record."""

from typing import Any

import pytest
from sqlmodel import select

from crm_core.people.tables import AuditEntry
from tests.bot.api.conftest import Rest

HUGE = 10**30
FIRST = "0001-01-01T00:00:00+14:00"
LAST = "9999-12-31T23:59:59-14:00"


@pytest.mark.parametrize(
    "path",
    [
        f"/customers/{HUGE}",
        f"/broadcasts/{HUGE}",
        "/customers?tag=a%00b",
        "/messages?platform=a%00b",
        "/messages?conversation=a%00b",
        f"/nudges?until={FIRST.replace('+', '%2B')}",
        f"/nudges?until={LAST}",
        f"/customers/1/timeline?cursor={FIRST.replace('+', '%2B')}~0~1~0",
    ],
)
def test_a_question_nobody_can_answer_is_refused(rest: Rest, path: str) -> None:
    rest.create("张三")
    assert rest.admin.get(path).status_code in {404, 422}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/nudges", {"staff": "Alice", "text": "call", "at": FIRST}),
        ("/nudges", {"staff": "Alice", "text": "call", "at": LAST}),
        ("/nudges", {"staff": "A\0", "text": "call", "at": LAST}),
        ("/nudges", {"staff": "Alice", "text": "call", "at": "2027-01-01T00:00:00Z", "customer_id": HUGE}),
        ("/broadcasts", {"segment": "VIP\0", "text": "hello"}),
        ("/broadcasts", {"segment": "VIP", "text": "hello", "at": LAST}),
        ("/customers", {"name": "a\0b"}),
        ("/customers", {"name": "张三", "source": "a\0b"}),
    ],
)
def test_a_request_with_values_no_database_holds_is_refused(rest: Rest, path: str, body: dict[str, Any]) -> None:
    rest.create("李四", tags=["VIP"])
    assert rest.admin.post(path, json=body).status_code in {404, 422}


def test_whom_a_list_showed_is_on_record(sqlite_rest: Rest) -> None:
    zhang, li = sqlite_rest.create("张三"), sqlite_rest.create("李四")
    sqlite_rest.admin.get("/customers")
    sqlite_rest.admin.get("/customers?q=李四")
    with sqlite_rest.database.reading() as session:
        seen = session.exec(select(AuditEntry.customer_id).where(AuditEntry.action == "saw customer.list")).all()
    assert seen == [zhang, li, li]


@pytest.mark.parametrize(
    ("body", "zh", "en"),
    [
        (
            {"name": "张三", "tags": ["VIP", 2]},
            "body.tags 第 2 项：这里要写带引号的文字",
            "body.tags no. 2: text in quotation",
        ),
        ({"name": "a\0b"}, "body.name：文字里不能有 NUL 字符", "body.name: a NUL character is no text"),
        ({}, "body.name：缺少这一项", "body.name: this is missing"),
        ({"name": 1, "tags": 2}, "文字；body.tags：", "marks belongs here; body.tags: "),
    ],
)
def test_what_is_malformed_is_said_in_the_language_of_the_caller(
    sqlite_rest: Rest, body: dict[str, object], zh: str, en: str
) -> None:
    for language, sentence in (("zh-CN", zh), ("de", en)):
        answer = sqlite_rest.admin.post("/customers", json=body, headers={"Accept-Language": language})
        assert (answer.status_code, answer.json()["error"]) == (422, "malformed")
        assert sentence in answer.json()["message"]
    broken = sqlite_rest.admin.post("/customers", content=b'{"name": ', headers={"Content-Type": "application/json"})
    assert broken.json() == {"error": "malformed", "message": "body: this is no valid JSON"}


def test_without_a_token_one_is_asked_for(sqlite_rest: Rest) -> None:
    answer = sqlite_rest.nobody.get("/customers", headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["error"] == "token_needed"
    assert "请带上 Authorization" in answer.json()["message"]


@pytest.mark.parametrize("body", [b'{"name": "\xff"}', b"[" * 100_000])
def test_a_body_that_cannot_be_read_is_no_matter_of_the_token(sqlite_rest: Rest, body: bytes) -> None:
    for language, sentence in (("zh", "请求的内容不是有效的 JSON。"), ("en", "The body is no valid JSON.")):
        headers = {"Accept-Language": language, "Content-Type": "application/json"}
        answer = sqlite_rest.admin.post("/customers", content=body, headers=headers)
        assert (answer.status_code, answer.json()) == (422, {"error": "malformed", "message": sentence})
