"""Who the bot is: asked once, kept without the token, and no event waits for it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest

from adapters.slack.installation import Installations, seconds_until
from bot.ports.memory import CoreMemory
from bot.threads import Core
from crm_core.database import Database
from tests.adapters.slack.conftest import configured, kept
from tests.adapters.slack.knocking import Knocker, callback, message
from tests.adapters.watched import Watched
from tests.conftest import NOW
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.scene import Scene
from tests.running import running


class Learner:
    """Installations over a real database and the fake Slack."""

    def __init__(self, core: Core, api_url: str, token: str) -> None:
        self.health = Watched()
        self.memory = CoreMemory(core, "slack", lambda: NOW)
        self.installations = Installations(
            self.memory, self.health, bot_token=token, api_url=api_url, pause=lambda _: 0.01
        )

    async def told(self, words: str) -> None:
        while words not in self.health.state().get("workspace", ""):
            self.health.changed.clear()
            await self.health.changed.wait()


@pytest.fixture
def core(database: Database) -> Iterator[Core]:
    core = Core(database, threads=1)
    yield core
    core.close()


def conduct(learner: Learner, scene: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(30):
            await learner.installations.start()
            try:
                await scene()
            finally:
                await learner.installations.stop()

    asyncio.run(bounded())


def calls(scene: Scene, method: str) -> int:
    return len(list(scene.world.journal.of("call", method=method)))


def test_it_is_learnt_from_slack_and_kept_without_the_token(core: Core, scene: Scene) -> None:
    learner = Learner(core, f"{scene.world.address}/api/", scene.crm.token)

    async def learn() -> None:
        await learner.told("ok")
        home = learner.installations.home
        assert home is not None
        assert (home.team_id, home.bot_user_id, home.bot_id, home.app_id) == (
            scene.home.id, scene.crm.bot_user, scene.crm.bot_id, scene.crm.app.id,
        )  # fmt: skip
        assert "chat:write" in home.scopes
        assert await learner.installations.of(scene.home.id) == home
        assert await learner.installations.of("T_ELSEWHERE") is None
        assert learner.installations.all() == (home,)
        assert scene.crm.token not in repr(home)
        assert scene.crm.token not in str(await learner.memory.all("installation"))

    conduct(learner, learn)


def test_it_is_known_at_once_when_slack_is_away_at_the_next_start(core: Core, scene: Scene) -> None:
    first = Learner(core, f"{scene.world.address}/api/", scene.crm.token)
    conduct(first, lambda: first.told("ok"))

    away = Learner(core, "http://127.0.0.1:9/api/", scene.crm.token)

    async def known() -> None:
        assert away.installations.home == first.installations.home
        await away.told("Error")
        assert away.health.state()["status"] == "down"
        assert away.installations.home is not None

    conduct(away, known)


def test_what_was_learnt_with_another_token_is_not_believed(core: Core, scene: Scene) -> None:
    first = Learner(core, f"{scene.world.address}/api/", scene.crm.token)
    conduct(first, lambda: first.told("ok"))
    other = Learner(core, f"{scene.world.address}/api/", "xoxb-of-another-workspace")

    async def unknown() -> None:
        await other.told("invalid_auth")
        assert other.installations.home is None

    conduct(other, unknown)


def test_it_is_learnt_in_the_end_whatever_goes_wrong_at_first(core: Core, scene: Scene) -> None:
    scene.world.limits.on = False
    troubles = Fault("html"), Fault("drop"), Fault("garbage"), Fault("ratelimited", retry_after=1), Fault("error")
    for trouble in troubles:
        scene.world.faults.add("auth.test", trouble)
    learner = Learner(core, f"{scene.world.address}/api/", scene.crm.token)
    conduct(learner, lambda: learner.told("ok"))
    assert scene.world.faults.rules == []


def test_an_installation_that_was_revoked_is_down_until_slack_takes_the_token_again(core: Core, scene: Scene) -> None:
    learner = Learner(core, f"{scene.world.address}/api/", scene.crm.token)

    async def revoke() -> None:
        await learner.told("ok")
        learner.installations.mark_down("T_ELSEWHERE", "app_uninstalled")
        assert learner.health.state()["status"] == "ok"
        learner.installations.mark_down(scene.home.id, "app_uninstalled")
        assert learner.health.state() == {"status": "down", "workspace": "app_uninstalled"}
        await learner.told("ok")

    conduct(learner, revoke)
    assert calls(scene, "auth.test") == 2


def test_no_event_asks_slack_who_the_bot_is(sqlite_database: Database, scene: Scene) -> None:
    with running(configured(sqlite_database, scene)) as program, httpx.Client(trust_env=False) as client:
        slack = Knocker(program.url, client)
        for _ in range(5):
            assert slack.event(callback(message())).status_code == 200
        assert len(kept(program)) == 5
    assert calls(scene, "auth.test") == 1


def test_what_comes_while_slack_does_not_say_who_we_are_is_kept(sqlite_database: Database, scene: Scene) -> None:
    away = configured(sqlite_database, scene, api_url="http://127.0.0.1:9/api/")
    with running(away) as program, httpx.Client(trust_env=False) as client:
        assert Knocker(program.url, client).event(callback(message())).status_code == 200
        assert len(kept(program)) == 1


def test_settings_that_other_programs_left_in_the_environment_change_nothing(
    sqlite_database: Database, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "BOT_TOKEN", "SIGNING_SECRET", "APP_TOKEN"):
        monkeypatch.setenv(f"SLACK_{name}", "of another program")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    asked = threading.Event()
    scene.world.journal.subscribe(lambda entry: asked.set() if entry.get("method") == "auth.test" else None)
    with running(configured(sqlite_database, scene)) as program, httpx.Client(trust_env=False) as client:
        assert Knocker(program.url, client).event(callback(message())).status_code == 200
        assert asked.wait(timeout=30)


def test_slack_is_asked_again_later_each_time() -> None:
    pauses = [seconds_until(attempt) for attempt in range(50)]
    assert (pauses[0], max(pauses)) == (5, 300)
    assert pauses == sorted(pauses)
