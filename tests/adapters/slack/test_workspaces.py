"""Several workspaces: answered from memory, renewed by one node at a time, forgotten when they let the bot go."""

import asyncio
import base64
from collections.abc import Iterator

import pytest

from adapters.slack.register import CLAIMED_FOR
from crm_core.database import Database
from tests.adapters.slack.installing import KEY, Company, company_on, install
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.scene import set_scene
from tests.fakes.slack.server import serving

HOURS = 3600


@pytest.fixture
def company(sqlite_database: Database) -> Iterator[Company]:
    scene = set_scene()
    scene.crm.active = False
    scene.crm.app.rotation = True
    with serving(scene.world), company_on(scene, sqlite_database) as company:
        yield company


@pytest.fixture
def shared(database: Database) -> Iterator[Company]:
    """On either kind of database."""
    scene = set_scene()
    scene.crm.active = False
    scene.crm.app.rotation = True
    with serving(scene.world), company_on(scene, database) as company:
        yield company


def refreshes(company: Company) -> int:
    return sum(
        call["method"] == "oauth.v2.access" and "grant_type" in call["args"]
        for call in company.scene.world.journal.of("call")
    )


def test_who_it_is_is_answered_without_asking_slack(company: Company) -> None:
    async def go() -> None:
        node = company.node()
        await install(node, company.scene.alice)
        before = len(list(company.scene.world.journal.of("call")))
        for _ in range(5):
            assert await node.workspaces.of(company.scene.home.id) is not None
            assert await node.workspaces.of("T_ELSEWHERE") is None
        assert len(list(company.scene.world.journal.of("call"))) == before

    asyncio.run(go())


def test_what_was_installed_is_known_after_a_start(company: Company) -> None:
    async def go() -> None:
        await install(company.node(), company.scene.alice)
        node = company.node()
        await node.workspaces.start()
        assert node.workspaces.home is not None
        assert node.workspaces.home.team_id == company.scene.home.id
        assert node.health.state() == {"status": "ok", "workspaces": "1 installed"}
        await node.workspaces.stop()

    asyncio.run(go())


def test_a_token_is_renewed_ahead_of_its_end(company: Company) -> None:
    async def go() -> None:
        node = company.node()
        await install(node, company.scene.alice)
        first = company.scene.crm.token
        company.scene.clock.advance(10 * HOURS)
        await node.workspaces.tend()
        assert refreshes(company) == 0
        company.scene.clock.advance(1.5 * HOURS)
        await node.workspaces.tend()
        found = await node.workspaces.of(company.scene.home.id)
        assert found is not None
        assert found.bot_token == company.scene.crm.token != first
        assert refreshes(company) == 1

    asyncio.run(go())


def test_of_many_at_once_on_several_nodes_one_renews(shared: Company) -> None:
    async def go() -> None:
        nodes = [shared.node() for _ in range(3)]
        await install(nodes[0], shared.scene.alice)
        for node in nodes:
            await node.workspaces.of(shared.scene.home.id)
        shared.scene.clock.advance(12 * HOURS + 1)
        asked = [node.workspaces.renew(shared.scene.home.id) for node in nodes for _ in range(4)]
        assert all(await asyncio.gather(*asked))
        tokens = set()
        for node in nodes:
            found = await node.workspaces.of(shared.scene.home.id)
            assert found is not None
            tokens.add(found.bot_token)
        assert tokens == {shared.scene.crm.token}

    asyncio.run(go())
    assert refreshes(shared) == 1
    assert list(shared.scene.world.journal.of("violation")) == []


@pytest.mark.parametrize("kind", ["drop", "html"])
def test_an_answer_that_got_lost_is_asked_for_again_within_the_grace(company: Company, kind: str) -> None:
    company.scene.world.faults.clear()

    async def go() -> None:
        node = company.node()
        await install(node, company.scene.alice)
        company.scene.clock.advance(11.5 * HOURS)
        company.scene.world.faults.add("oauth.v2.access", Fault(kind, after=True))  # type: ignore[arg-type]
        await node.workspaces.tend()
        assert "failing" in node.health.state()["workspaces"]
        company.scene.clock.advance(CLAIMED_FOR.total_seconds() + 1)
        await node.workspaces.tend()
        found = await node.workspaces.of(company.scene.home.id)
        assert found is not None
        assert found.bot_token == company.scene.crm.token
        assert node.health.state() == {"status": "ok", "workspaces": "1 installed"}

    asyncio.run(go())
    assert list(company.scene.world.journal.of("violation")) == []


def test_a_workspace_that_let_the_bot_go_is_forgotten(company: Company) -> None:
    async def go() -> None:
        node, other = company.node(), company.node()
        await install(node, company.scene.alice)
        await other.workspaces.of(company.scene.home.id)
        company.scene.world.uninstall(company.scene.crm)
        node.workspaces.mark_down(company.scene.home.id, "app_uninstalled")
        await node.workspaces.tend()
        await other.workspaces.tend()
        assert node.workspaces.all() == other.workspaces.all() == ()

    asyncio.run(go())


def test_an_old_goodbye_does_not_undo_a_new_installation(company: Company) -> None:
    async def go() -> None:
        node = company.node()
        await install(node, company.scene.alice)
        node.workspaces.mark_down(company.scene.home.id, "app_uninstalled")
        await node.workspaces.tend()
        assert len(node.workspaces.all()) == 1

    asyncio.run(go())


def test_while_slack_is_away_nothing_is_forgotten(company: Company) -> None:
    async def go() -> None:
        node = company.node()
        await install(node, company.scene.alice)
        company.scene.world.uninstall(company.scene.crm)
        company.scene.world.faults.add("auth.test", Fault("html"))
        node.workspaces.mark_down(company.scene.home.id, "app_uninstalled")
        await node.workspaces.tend()
        assert len(node.workspaces.all()) == 1
        await node.workspaces.tend()
        assert node.workspaces.all() == ()

    asyncio.run(go())


def test_a_change_of_keys_locks_everything_anew(company: Company) -> None:
    new = base64.b64encode(b"n" * 32).decode()

    async def go() -> None:
        await install(company.node(), company.scene.alice)
        both = company.node(f"{new},{KEY}")
        await both.workspaces.start()
        await both.workspaces.stop()
        after = company.node(new)
        await after.workspaces.tend()
        assert len(after.workspaces.all()) == 1

    asyncio.run(go())


def test_with_another_key_it_says_so(company: Company) -> None:
    async def go() -> None:
        await install(company.node(), company.scene.alice)
        node = company.node(base64.b64encode(b"o" * 32).decode())
        await node.workspaces.start()
        await node.workspaces.stop()
        assert node.workspaces.all() == ()
        assert node.health.state() == {"status": "down", "workspaces": "0 installed, 1 failing"}

    asyncio.run(go())


def test_nothing_of_a_token_is_shown_or_logged(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="adapters")

    async def go() -> None:
        node = company.node()
        await install(node, company.scene.alice)
        company.scene.clock.advance(11.5 * HOURS)
        company.scene.world.faults.add("oauth.v2.access", Fault("error", error="invalid_refresh_token"))
        await node.workspaces.tend()
        assert "xox" not in repr(node.workspaces.all())
        assert "xox" not in repr(node.consent)

    asyncio.run(go())
    assert "xox" not in caplog.text
