"""The archive in the running program: messages in the record, its state and figures, notices, consent on the card."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from bot import config
from bot.config import Config, ConfigError
from bot.outreach.courier import Composed, compose
from bot.ports.archiving import CoreAlarm
from bot.threads import Core
from crm_core.customers.tables import Identity
from crm_core.database import Database
from crm_core.outreach.tables import Delivery
from crm_core.people import staff
from crm_core.people.tables import Role
from tests.adapters.wecom.archive.reading import CUSTOMER, texts_of
from tests.conftest import NOW
from tests.eventually import eventually
from tests.fakes.clock import RealClock
from tests.fakes.wecom.archive.chats import CORP_ID, SECRET, Chats
from tests.fakes.wecom.events import archive_grew
from tests.fakes.wecom.faults import Fault
from tests.fakes.wecom.running import wecom
from tests.fakes.wecom.sample import sample
from tests.running import Running, running


def configured(database: Database, chats: Chats, **more: Any) -> Config:
    """`more` of `[wecom]`; nobody answers at its address unless one is given."""
    section = {
        "corp_id": CORP_ID,
        "api_url": "http://127.0.0.1:9/cgi-bin/",
        **more,
        "archive": {"library": str(chats.library), "secret": SECRET, "private_keys": chats.key_files()},
    }
    tokens = [{"name": "reporting", "token": "r" * 20, "role": "admin"}]
    return config.parse({"database": {"url": database.url}, "wecom": section, "api": {"tokens": tokens}})


@pytest.fixture
def chats(tmp_path: Path) -> Chats:
    return Chats(tmp_path / "chats", lambda: datetime.now(UTC))


@pytest.fixture
def program(sqlite_database: Database, chats: Chats) -> Iterator[Running]:
    with sqlite_database.writing() as session:
        staff.add(session, "Alice", role=Role.SALES, team="Sales", handle=("wecom", "alice"), now=NOW)
        staff.add(session, "Dana", role=Role.ADMIN, handle=("console", "dana"), now=NOW)
    chats.text("alice", CUSTOMER, "您好，我是 Alice")
    chats.text(CUSTOMER, "alice", "你好")
    with running(configured(sqlite_database, chats)) as program:
        yield program


def get(program: Running, path: str) -> Any:
    headers = {"Authorization": f"Bearer {'r' * 20}"}
    return httpx.get(f"{program.url}{path}", headers=headers, timeout=30, trust_env=False)


def test_what_was_written_is_in_the_record(program: Running, sqlite_database: Database) -> None:
    eventually(lambda: len(texts_of(sqlite_database)) == 2)
    items = get(program, "/api/v1/messages?platform=wecom").json()["items"]
    assert {(item["sender_name"], item["text"]) for item in items} == {("Alice", "您好，我是 Alice"), ("", "你好")}
    with sqlite_database.reading() as session:
        assert [one.platform_user_id for one in session.exec(select(Identity))] == [CUSTOMER]


def test_its_state_and_figures_are_shown(program: Running, sqlite_database: Database) -> None:
    eventually(lambda: get(program, "/readyz").json()["wecom_archive"]["days_left"] == "5.0")
    state = get(program, "/readyz").json()["wecom_archive"]
    assert state["status"] == "ok"
    assert state["set_aside"] == "none"
    figures = get(program, "/metrics").text
    assert "crmbot_wecom_archive_days_left 5" in figures or "crmbot_wecom_archive_days_left 4.9" in figures
    assert "crmbot_wecom_archive_set_aside 0.0" in figures


def test_a_key_that_cannot_be_used_is_named_at_the_start(sqlite_database: Database, chats: Chats) -> None:
    settings = configured(sqlite_database, chats)
    (chats.folder / "key-1.pem").write_text("nothing")
    with pytest.raises(ConfigError, match=r"private_keys.*key-1\.pem"), running(settings):
        pass


def test_the_doorbell_rings_and_a_refusal_about_consent_hinders_nothing(
    sqlite_database: Database, chats: Chats
) -> None:
    company = sample(RealClock())
    world, crm = company.world, company.crm
    world.corp_id, company.archive.secret = CORP_ID, SECRET
    company.archive.token, company.archive.aes_key = crm.token, crm.aes_key
    world.faults.add("msgaudit/get_permit_user_list", Fault("error", code=301052))
    chats.text(company.zhang.external_userid, "alice", "在吗")
    with wecom(world) as fake:
        settings = configured(sqlite_database, chats, api_url=fake.api_url, **company.app_called_back)
        with running(settings) as program:
            fake.deliver_to(company.archive, f"{program.url}/wecom/callback")
            eventually(lambda: get(program, "/readyz").json()["wecom_archive"]["days_left"] == "5.0")
            chats.text(company.zhang.external_userid, "alice", "还在吗")
            archive_grew(world)
            eventually(lambda: len(texts_of(sqlite_database)) == 2, within=20)
            eventually(lambda: "301052" in get(program, "/readyz").json()["wecom_archive"].get("archive_consent", ""))
            assert get(program, "/readyz").json()["wecom_archive"]["status"] == "ok"


@pytest.mark.parametrize(
    ("notice", "details", "said"),
    [
        ("archive_behind", {"hours_behind": 73, "days_left": 1}, "73 小时"),
        ("archive_lost", {"since": "2026-11-10T02:00:00+00:00"}, "已经丢失"),
        ("archive_key", {"version": "3"}, "3:/路径/私钥.pem"),
    ],
)
def test_administrators_are_told_once(
    program: Running, sqlite_database: Database, notice: str, details: dict[str, Any], said: str
) -> None:
    core = Core(sqlite_database)
    alarm = CoreAlarm(core, "wecom", lambda: NOW)
    for _ in range(2):
        program.call(alarm.raise_(notice, "k", details))
    core.close()
    with sqlite_database.reading() as session:
        (delivery,) = session.exec(select(Delivery))
        made = compose(session, delivery, program.program.config, NOW)
    assert isinstance(made, Composed)
    assert said in f"{made.card.title} {made.card.text}"
