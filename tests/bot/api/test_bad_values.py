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
