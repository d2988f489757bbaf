"""The figures: what the dashboard asks for is there, who may read them, and that they count what happens."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlmodel import col, select

from bot import config
from bot.clock import utc_now
from bot.sample import cast
from crm_core.conversations.tables import EnvelopeRow
from crm_core.database import Database
from crm_core.outreach import holding
from crm_core.outreach.tables import Delivery, Nudge
from crm_core.people import staff
from crm_core.platforms.tables import Memo
from tests.conftest import NOW
from tests.running import Running, running

DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana" / "crmbot.json"
_NAME = re.compile(r"\b(?:crmbot|process)_[a-z_]+")
TOKEN = "a-token-for-the-figures"


@pytest.fixture(scope="module")
def running_program(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One program for all tests here, with the staff of the sample company."""
    path = tmp_path_factory.mktemp("metrics") / "crmbot.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        for one in cast.STAFF:
            staff.add(session, one.name, role=one.role, team=one.team, handle=("console", one.handle), now=NOW)
    database.close()
    with running(config.parse({"database": {"url": database.url}, "console": {"web": True}})) as program:
        yield program


@pytest.fixture(scope="module")
def figures(running_program: Running) -> dict[str, float]:
    """After somebody asked something."""
    httpx.post(
        f"{running_program.url}/console/lines",
        json={"event_id": "one", "person": "alice", "room": "direct:alice", "text": "help"},
    )
    program = running_program.program
    running_program.call(program.intake.settled("console", "alice:one"))
    return read(httpx.get(f"{running_program.url}/metrics").text)


def read(text: str) -> dict[str, float]:
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")
    return {name: float(value) for name, value in lines}


def test_everything_the_dashboard_asks_for_is_there(running_program: Running) -> None:
    text = httpx.get(f"{running_program.url}/metrics").text
    told = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    known = {f"{name}{ending}" for name in told for ending in ("", "_bucket", "_sum", "_count", "_total")}
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    asked = {name for panel in panels for target in panel.get("targets", ()) for name in _NAME.findall(target["expr"])}
    assert len(asked) > 20
    assert asked - known == set()


def test_every_figure_of_ours_is_named_as_prometheus_wants_it(running_program: Running) -> None:
    text = httpx.get(f"{running_program.url}/metrics").text
    for _, _, name, kind in (line.split() for line in text.splitlines() if line.startswith("# TYPE crmbot")):
        assert name.endswith("_total") == (kind == "counter") or name.endswith("_created")
        assert not name.endswith(("_ms", "_milliseconds", "_minutes", "_kb"))
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_it_counts_what_happens(figures: dict[str, float]) -> None:
    assert figures['crmbot_platform_seconds_count{platform="console"}'] == 1
    assert figures["crmbot_answer_seconds_count"] == 1
    assert figures['crmbot_database_seconds_count{use="write"}'] >= 2
    assert figures['crmbot_database_seconds_count{use="read"}'] >= 1
    assert figures["crmbot_nodes"] == 1
    assert figures["crmbot_backup_age_seconds"] == -1
    assert figures["crmbot_capture_lag_seconds"] == 0


def test_what_follows_from_an_event_has_its_id(running_program: Running) -> None:
    program = running_program.program
    line = {"event_id": "r", "person": "alice", "room": "direct:alice", "text": "remind me in 1 hour to call Acme"}
    httpx.post(f"{running_program.url}/console/lines", json=line)
    running_program.call(program.intake.settled("console", "alice:r"))
    with program.core.database.reading() as session:
        envelope = session.exec(select(EnvelopeRow.id).where(EnvelopeRow.event_id == "alice:r")).one()
        assert session.exec(select(Nudge.trace)).all() == [f"e{envelope}"]
        assert session.exec(select(Delivery.trace).where(col(Delivery.nudge_id).is_not(None))).all() == [f"e{envelope}"]


def test_it_tells_when_nothing_goes_out(running_program: Running) -> None:
    with running_program.program.core.database.writing() as session:
        holding.hold(session, holding.Held(utc_now(), utc_now()))
    assert read(httpx.get(f"{running_program.url}/metrics").text)["crmbot_outgoing_held"] == 1


def test_figures_are_for_this_machine_unless_there_is_a_token(running_program: Running) -> None:
    url = f"{running_program.url}/metrics"
    assert httpx.get(url).status_code == 200
    passed_on = httpx.get(url, headers={"X-Forwarded-For": "203.0.113.5"})
    assert passed_on.status_code == 403
    assert "[metrics] token" in passed_on.text


def test_with_a_token_they_are_for_whoever_has_it(sqlite_database: Database) -> None:
    with running(config.parse({"database": {"url": sqlite_database.url}, "metrics": {"token": TOKEN}})) as program:
        url = f"{program.url}/metrics"
        assert httpx.get(url).status_code == 403
        assert httpx.get(url, headers={"Authorization": "Bearer wrong"}).status_code == 403
        given = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.5"}
        assert httpx.get(url, headers=given).status_code == 200
        with program.program.core.database.reading() as session:
            nodes = session.exec(select(Memo).where(Memo.kind == "node")).all()
            assert [node.document["platforms"]["console"]["status"] for node in nodes] == ["ok"]
    with sqlite_database.reading() as session:
        assert session.exec(select(Memo).where(Memo.kind == "node")).all() == [], "a node that stops says so"
