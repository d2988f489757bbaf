"""Health, metrics and limits of the HTTP side."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urljoin

import httpx
import pytest
from sqlmodel import text

from bot import config
from bot.clock import utc_now
from bot.web.pages import FILES
from crm_core.database import Database
from crm_core.enclosure import LARGEST
from crm_core.platforms import memory
from tests.running import Running, running


@pytest.fixture
def http(running_program: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running_program.url, timeout=30) as client:
        yield client


def test_it_is_alive_and_ready(http: httpx.Client) -> None:
    assert http.get("/healthz").text == "ok\n"

    ready = http.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"ready": True, "database": "ok", "platforms": {"console": {"status": "ok"}}}


def test_it_is_not_ready_when_the_schema_is_not_the_newest(http: httpx.Client, running_program: Running) -> None:
    with running_program.program.core.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))

    ready = http.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["database"] == "not migrated"


def test_metrics_count_what_was_received(http: httpx.Client) -> None:
    for _ in range(2):
        sent = {"event_id": "one", "person": "alice", "room": "group:east", "text": "hello"}
        http.post("/console/lines", json=sent)

    figures = http.get("/metrics").text.splitlines()
    assert 'crmbot_events_total{known="no",platform="console"} 1.0' in figures
    assert 'crmbot_events_total{known="yes",platform="console"} 1.0' in figures
    assert 'crmbot_deliveries{state="due"} 0.0' in figures
    assert "crmbot_commits_total 2.0" in figures
    assert not any("commits" in line for line in figures if line.startswith("crmbot_backlog"))


def test_metrics_say_how_far_the_past_is_complete(running_program: Running, http: httpx.Client) -> None:
    assert "crmbot_history_rooms 0.0" in http.get("/metrics").text
    an_hour_ago = utc_now() - timedelta(hours=1)
    with running_program.program.core.database.writing() as session:
        memory.put(session, "slack", "history", "C1", {"complete_up_to": an_hour_ago.isoformat()}, now=an_hour_ago)

    figures = dict(line.rsplit(" ", 1) for line in http.get("/metrics").text.splitlines() if line[0] != "#")
    assert float(figures["crmbot_history_rooms"]) == 1
    assert 3600 <= float(figures["crmbot_history_seconds"]) < 4000


def test_a_body_above_the_limit_is_refused(http: httpx.Client) -> None:
    answer = http.post("/console/lines", content=b"x" * 1_000_001, headers={"Content-Type": "application/json"})

    assert answer.status_code == 413


@pytest.mark.parametrize("whole", [True, False])
def test_the_api_refuses_a_body_above_the_limit_like_everything_else(http: httpx.Client, whole: bool) -> None:
    pieces = [b"x" * 600_000] * 2
    content = b"".join(pieces) if whole else iter(pieces)
    answer = http.post("/api/v1/customers", content=content, headers={"Accept-Language": "zh"})
    assert answer.status_code == 413
    assert answer.json() == {"error": "body_too_large", "message": "请求太大，最多 1.0 MB。"}
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_a_file_above_the_limit_is_refused_as_a_file(http: httpx.Client) -> None:
    answer = http.post("/api/v1/files", params={"name": "film.mp4"}, content=bytes(LARGEST + 2))
    assert (answer.status_code, answer.json()["error"]) == (413, "attachment_too_large")
    assert "at most 20 MB" in answer.json()["message"]


def test_nothing_it_serves_loads_anything_from_elsewhere(http: httpx.Client) -> None:
    for path in ("/", "/docs", *(f"/static/{name}" for name in FILES)):
        text = http.get(path).text.replace("http://www.w3.org/", "")
        assert "//cdn" not in text
        assert "https://" not in text
        assert "http://" not in text


def test_the_page_of_the_api_finds_all_it_needs_here(http: httpx.Client) -> None:
    page = http.get("/docs")
    assert page.status_code == 200
    needed = re.findall(r"(?:src|href)=\"([^\"]+)\"|url: '([^']+)'", page.text)
    paths = [urljoin("/docs", one or other) for one, other in needed]
    assert {http.get(path).status_code for path in paths} == {200}
    assert "/openapi.json" in paths
    assert any(path.endswith(".js") for path in paths)
    assert "/api/v1/customers" in http.get("/openapi.json").json()["paths"]


def test_without_the_web_chat_there_is_no_page(sqlite_database: Database) -> None:
    with running(config.parse({"database": {"url": sqlite_database.url}})) as program:
        front = httpx.get(f"{program.url}/")
        assert (front.status_code, front.headers["content-type"]) == (404, "text/plain; charset=utf-8")
        assert all(word in front.text for word in ("/healthz", "/docs", "[console] web = true"))
        assert httpx.get(f"{program.url}/console/people").status_code == 404
        assert httpx.get(f"{program.url}/readyz").status_code == 200


def test_a_stop_ends_the_live_streams(sqlite_database: Database) -> None:
    ended = threading.Event()

    def read(url: str, opened: threading.Event) -> None:
        with httpx.stream("GET", f"{url}/console/live?person=alice", timeout=60) as response:
            for _ in response.iter_lines():
                opened.set()
        ended.set()

    with running(config.parse({"database": {"url": sqlite_database.url}, "console": {"web": True}})) as program:
        opened = threading.Event()
        reader = threading.Thread(target=read, args=(program.url, opened))
        reader.start()
        assert opened.wait(timeout=30)

    reader.join(timeout=30)
    assert ended.is_set()
