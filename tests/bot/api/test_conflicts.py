"""A 409 names the request that helps."""

from dataclasses import replace

from httpx import Response

from bot.config import parse
from crm_core.people.tables import Role
from crm_core.people.viewer import of_token
from crm_core.tags import segments
from tests.bot.api.conftest import CONFIG, Rest, Served
from tests.bot.api.test_sequences import made
from tests.conftest import NOW


def told(response: Response) -> tuple[int, str, str]:
    return response.status_code, response.json()["error"], response.json()["message"]


def test_of_a_customer(sqlite_rest: Rest) -> None:
    phones = [f"+86138001380{each:02}" for each in range(50)]
    number = sqlite_rest.create("张三", company="Acme", phones=phones)
    acme = sqlite_rest.admin.get(f"/customers/{number}").json()["company_id"]
    status, error, message = told(sqlite_rest.admin.patch(f"/customers/{acme}", json={"kind": "person"}))
    assert (status, error, "PATCH /customers/{id}" in message) == (409, "company_has_members", True)
    status, error, message = told(sqlite_rest.admin.patch(f"/customers/{number}", json={"phone": "+8613900139000"}))
    assert (status, error, 'PATCH /customers/{id}, such as {"phone"' in message) == (409, "contacts_too_many", True)
    gone = sqlite_rest.admin.patch(f"/customers/{number}", json={"phone": "-+8613800138000"})
    assert (gone.status_code, len(gone.json()["phones"])) == (200, 49)


def test_of_a_tag(sqlite_rest: Rest) -> None:
    number = sqlite_rest.create("张三", tags=["VIP"])
    with sqlite_rest.database.writing() as session:
        viewer = of_token("admin", Role.ADMIN, timezone="Asia/Shanghai", language="zh")
        segments.save(session, "Best", "VIP", viewer=viewer, now=NOW)
    status, error, message = told(sqlite_rest.admin.post(f"/customers/{number}/tags", json={"add": ["Best"]}))
    assert (status, error, '"segment" of POST /broadcasts' in message) == (409, "tag_name_is_segment", True)


def test_of_a_sequence_that_very_many_would_enter(sqlite_rest: Rest, served: Served) -> None:
    path = made(sqlite_rest)
    sqlite_rest.create("李四", tags=["VIP"])
    careful = parse({"api": CONFIG.model_dump()["api"], "broadcasts": {"approval_above": 1}})
    served.app.state.api = replace(served.app.state.api, config=careful)
    status, error, message = told(sqlite_rest.admin.post(f"{path}/on"))
    assert (status, error) == (409, "sequence_needs_second")
    assert message.startswith("2 customers would enter now; above 1 no program switches it on.")
    assert "sequence on Welcome. GET /sequences/{id}/preview" in message
    chinese = sqlite_rest.admin.post(f"{path}/on", headers={"Accept-Language": "zh"}).json()["message"]
    assert "流程 启用 Welcome。GET /sequences/编号/preview 是人数" in chinese
