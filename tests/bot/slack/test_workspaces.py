"""The program with Slack in several workspaces, over real HTTP, before the fake Slack."""

import asyncio
import base64
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot import config, wiring
from bot.config import ConfigError
from bot.slack.workspaces import consent_of, vault_of
from crm_core.database import Database
from tests.adapters.slack.installing import consent
from tests.fakes.slack.scene import Scene, set_scene
from tests.fakes.slack.server import serving
from tests.running import running

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = set_scene()
    scene.crm.active = False
    with serving(scene.world):
        yield scene


def settings(scene: Scene, database: Database, **changes: str) -> config.Config:
    app = scene.crm.app
    slack = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "signing_secret": app.signing_secret,
        "encryption_key": KEY,
        "public_url": "http://127.0.0.1",
        "api_url": f"{scene.world.address}/api/",
        **changes,
    }
    return config.parse({"database": {"url": database.url}, "slack": slack})


def test_a_workspace_is_let_in_while_the_program_runs(scene: Scene, sqlite_database: Database) -> None:
    whole = settings(scene, sqlite_database)
    scene.crm.app.redirect_urls = ("http://127.0.0.1/slack/oauth_redirect",)
    link = urlsplit(consent_of(whole.slack, vault_of(whole.slack)).link)
    with running(whole) as program, httpx.Client(base_url=program.url) as browser:
        assert browser.get("/readyz").json()["platforms"]["slack"]["workspaces"] == "0 installed"
        begun = browser.get(f"{link.path}?{link.query}")
        brought = _consented(begun.headers["location"], scene)
        done = browser.get("/slack/oauth_redirect", params=brought)
        assert (done.status_code, "Home" in done.text) == (200, True)
        assert browser.get("/readyz").json()["platforms"]["slack"]["workspaces"] == "1 installed"
        assert browser.post("/slack/events", content=b"{}").status_code == 401


def _consented(address: str, scene: Scene) -> dict[str, str]:
    assert parse_qs(urlsplit(address).query)["client_id"] == [scene.crm.app.client_id]
    answers: list[dict[str, str]] = []
    thread = threading.Thread(target=lambda: answers.append(asyncio.run(consent(address, scene.alice))))
    thread.start()
    thread.join()
    return answers[0]


def test_a_key_that_is_none_stops_the_start_with_the_mend(scene: Scene, sqlite_database: Database) -> None:
    with pytest.raises(ConfigError, match="openssl rand -base64 32"):
        wiring.build(settings(scene, sqlite_database, encryption_key="short"))
