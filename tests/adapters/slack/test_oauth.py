"""Letting the bot into a workspace, against the fake Slack."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from crm_core.database import Database
from crm_core.platforms.tables import Memo
from tests.adapters.slack.installing import URL, Company, company_on, consent, install
from tests.fakes.slack.scene import set_scene
from tests.fakes.slack.server import serving


@pytest.fixture
def company(sqlite_database: Database) -> Iterator[Company]:
    scene = set_scene()
    scene.crm.active = False
    with serving(scene.world), company_on(scene, sqlite_database) as company:
        yield company


def test_a_workspace_is_let_in_and_known(company: Company) -> None:
    async def go() -> None:
        node = company.node()
        assert await node.workspaces.of(company.scene.home.id) is None
        done = await install(node, company.scene.alice)
        assert done.status_code == 200
        assert "Home" in done.text
        found = await node.workspaces.of(company.scene.home.id)
        assert found is not None
        assert found.bot_user_id == company.scene.crm.bot_user
        assert found.bot_id == company.scene.crm.bot_id
        assert found.bot_token == company.scene.crm.token
        assert "users:read.email" in found.scopes

    asyncio.run(go())


def test_no_token_stands_in_the_database(company: Company, sqlite_database: Database) -> None:
    company.scene.crm.app.rotation = True
    asyncio.run(install(company.node(), company.scene.alice))
    with sqlite_database.reading() as session:
        kept = _everything(session)
    assert "xox" not in kept
    assert company.scene.crm.token not in kept
    assert company.scene.crm.refreshes[-1].value not in kept


def test_who_has_no_link_with_the_key_cannot_begin(company: Company) -> None:
    async def go() -> None:
        async with company.node().browser() as browser:
            for address in ("/slack/install", "/slack/install?key=guessed", "/slack/install?key=%F0%9F%98%80"):
                answer = await browser.get(address)
                assert answer.status_code == 403
                assert "crmbot slack install-link" in answer.text

    asyncio.run(go())


def test_a_state_is_good_once(company: Company) -> None:
    async def go() -> None:
        node = company.node()
        async with node.browser() as browser:
            begun = await browser.get(node.consent.link)
            cookies = dict(browser.cookies)
            brought = await consent(begun.headers["location"], company.scene.alice)
            asked = [
                browser.get("/slack/oauth_redirect", params=brought, headers={"cookie": _cookie(cookies)})
                for _ in range(5)
            ]
            answers = await asyncio.gather(*asked)
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]

    asyncio.run(go())
    assert len(list(company.scene.world.journal.of("answer"))) == 2  # one oauth.v2.access, one auth.test


def test_a_state_is_good_in_the_browser_that_began(company: Company) -> None:
    async def go() -> None:
        node = company.node()
        async with node.browser() as mallory, node.browser() as victim:
            begun = await mallory.get(node.consent.link)
            await victim.get(node.consent.link)
            brought = await consent(begun.headers["location"], company.scene.alice)
            assert (await victim.get("/slack/oauth_redirect", params=brought)).status_code == 400
        assert node.workspaces.all() == ()

    asyncio.run(go())


def test_a_state_runs_out(company: Company) -> None:
    async def go() -> None:
        node = company.node()
        async with node.browser() as browser:
            begun = await browser.get(node.consent.link)
            brought = await consent(begun.headers["location"], company.scene.alice)
            company.scene.clock.advance(601)
            assert (await browser.get("/slack/oauth_redirect", params=brought)).status_code == 400

    asyncio.run(go())


def test_another_node_may_finish(company: Company) -> None:
    async def go() -> None:
        first, second = company.node(), company.node()
        async with first.browser() as browser, second.browser() as other:
            begun = await browser.get(first.consent.link)
            other.cookies = browser.cookies
            brought = await consent(begun.headers["location"], company.scene.alice)
            assert (await other.get("/slack/oauth_redirect", params=brought)).status_code == 200
        assert await first.workspaces.of(company.scene.home.id) is not None

    asyncio.run(go())


@pytest.mark.parametrize(
    "brought",
    [
        {},
        {"code": "c"},
        {"state": "s", "code": "c"},
        {"state": "x" * 5000, "code": "c"},
        {"state": "😀", "code": "c"},
    ],
)
def test_a_state_that_nobody_gave_is_refused_politely(company: Company, brought: dict[str, str]) -> None:
    async def go() -> None:
        async with company.node().browser() as browser:
            await browser.get(company.node().consent.link)
            answer = await browser.get("/slack/oauth_redirect", params=brought)
        assert answer.status_code == 400
        assert "begin again" in answer.text
        assert "请从头再来" in answer.text

    asyncio.run(go())
    assert list(company.scene.world.journal.of("call")) == []


def test_who_does_not_allow_it_is_told_that_nothing_was_installed(company: Company) -> None:
    async def go() -> None:
        node = company.node()
        async with node.browser() as browser:
            begun = await browser.get(node.consent.link)
            brought = await consent(begun.headers["location"], None)
            answer = await browser.get("/slack/oauth_redirect", params=brought)
        assert answer.status_code == 400
        assert "was not allowed" in answer.text

    asyncio.run(go())


def test_a_code_slack_does_not_know_is_told_and_no_more(company: Company) -> None:
    async def go() -> None:
        node = company.node()
        async with node.browser() as browser:
            begun = await browser.get(node.consent.link)
            brought = await consent(begun.headers["location"], company.scene.alice)
            answer = await browser.get("/slack/oauth_redirect", params={**brought, "code": "forged"})
        assert answer.status_code == 400
        assert "invalid_code" in answer.text
        assert node.workspaces.all() == ()

    asyncio.run(go())


def test_installing_again_keeps_one_row(company: Company, sqlite_database: Database) -> None:
    async def go() -> None:
        node = company.node()
        for _ in range(3):
            assert (await install(node, company.scene.alice)).status_code == 200
        assert len(node.workspaces.all()) == 1

    asyncio.run(go())
    with sqlite_database.reading() as session:
        assert len(session.exec(select(Memo).where(Memo.kind == "workspace")).all()) == 1


def test_the_cookie_is_for_this_alone(company: Company) -> None:
    async def go() -> str:
        node = company.node()
        async with node.browser() as browser:
            return str((await browser.get(node.consent.link)).headers["set-cookie"]).lower()

    cookie = asyncio.run(go())
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=600" in cookie


def test_too_many_who_begin_do_not_fill_the_database(
    company: Company, monkeypatch: pytest.MonkeyPatch, sqlite_database: Database
) -> None:
    monkeypatch.setattr("adapters.slack.oauth._MOST_STATES", 3)

    async def go() -> list[int]:
        node = company.node()
        async with node.browser() as browser:
            codes = [(await browser.get(node.consent.link)).status_code for _ in range(4)]
            company.scene.clock.advance(601)
            return [*codes, (await browser.get(node.consent.link)).status_code]

    assert asyncio.run(go()) == [302, 302, 302, 429, 302]


def test_what_other_programs_keep_in_the_environment_changes_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "BOT_TOKEN", "SIGNING_SECRET", "APP_TOKEN", "STATE"):
        monkeypatch.setenv(f"SLACK_{name}", "from-the-environment")

    async def go() -> str:
        node = company.node()
        async with node.browser() as browser:
            begun = await browser.get(node.consent.link)
        assert (await install(node, company.scene.alice)).status_code == 200
        return str(begun.headers["location"])

    address = asyncio.run(go())
    assert company.scene.crm.app.client_id in address
    assert "from-the-environment" not in address
    assert address.startswith(f"{company.scene.world.address}/oauth/v2/authorize?")


def _cookie(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _everything(session: Session) -> str:
    return "".join(repr(memo.document) + memo.key for memo in session.exec(select(Memo)))


def test_the_address_to_come_back_to_is_the_public_one(company: Company) -> None:
    assert company.node().consent.redirect_uri == f"{URL}slack/oauth_redirect"
