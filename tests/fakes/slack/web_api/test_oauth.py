"""Installing an app by consent, turning its tokens over, taking them away."""

import asyncio
import base64
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import pytest

from tests.fakes.slack.apps import ACCESS_SECONDS, GRACE_SECONDS
from tests.fakes.slack.people import User
from tests.fakes.slack.scene import Scene, failure

BACK = "http://127.0.0.1:8000/slack/oauth_redirect"
SCOPES = "chat:write,users:read"


def ask(work: Any) -> Any:
    return asyncio.run(work)


def refused(work: Any) -> str:
    return str(failure(work).response["error"])


@pytest.fixture
def wang(scene: Scene) -> User:
    """The administrator of another workspace, where the app is not yet."""
    scene.crm.app.redirect_urls = (BACK,)
    return scene.world.user("wang", scene.world.workspace("acme"), real_name="王五")


def authorize(scene: Scene, form: dict[str, str] | None = None, **asked: str) -> tuple[int, dict[str, str], str]:
    """Open the consent page, or send its form: status, what the browser brings back, the page."""
    query = {"client_id": scene.crm.app.client_id, "scope": SCOPES, "redirect_uri": BACK, "state": "s1", **asked}
    page = f"{scene.world.address}/oauth/v2/authorize?{urlencode(query)}"

    async def visit() -> tuple[int, dict[str, str], str]:
        async with aiohttp.ClientSession() as session:
            method = "GET" if form is None else "POST"
            async with session.request(method, page, data=form, allow_redirects=False) as response:
                back = urlsplit(response.headers.get("location", ""))
                return response.status, dict(parse_qsl(back.query)), await response.text()

    return asyncio.run(visit())


def access(scene: Scene, method: str = "oauth.v2.access", **args: str) -> Any:
    """A call with the app's credentials among the arguments: the client's own verb is deprecated inside."""
    app = scene.crm.app
    given = {"client_id": app.client_id, "client_secret": app.client_secret, **args}
    return scene.client("").api_call(method, params=given)


def test_consent_brings_back_a_code_for_a_token(scene: Scene, wang: User) -> None:
    status, back, _ = authorize(scene, {"user": wang.id})
    assert (status, back["state"]) == (302, "s1")
    answer = ask(access(scene, code=back["code"], redirect_uri=BACK))
    assert (answer["team"]["id"], answer["authed_user"]["id"]) == (wang.team_id, wang.id)
    assert sorted(answer["scope"].split(",")) == ["chat:write", "users:read"]
    assert ask(scene.client(answer["access_token"]).auth_test())["user_id"] == answer["bot_user_id"]
    assert refused(access(scene, code=back["code"], redirect_uri=BACK)) == "code_already_used"


def test_the_page_names_who_asks_for_what(scene: Scene, wang: User) -> None:
    status, _, page = authorize(scene)
    assert status == 200
    assert "chat:write" in page
    assert "王五" in page


def test_a_refusal_brings_back_no_code(scene: Scene, wang: User) -> None:
    assert authorize(scene, {"user": wang.id, "deny": "1"})[1] == {"state": "s1", "error": "access_denied"}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"redirect_uri": "http://127.0.0.1:9/elsewhere"}, "bad_redirect_uri"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"client_id": "1.2"}, "client_id"),
    ],
)
def test_a_wrong_address_leads_nowhere(scene: Scene, wang: User, asked: dict[str, str], sentence: str) -> None:
    status, _, page = authorize(scene, {"user": wang.id}, **asked)
    assert status == 400
    assert sentence in page


def test_the_browser_is_sent_to_this_machine_only(scene: Scene, wang: User) -> None:
    scene.crm.app.redirect_urls = ("https://crm.example.com/",)
    assert authorize(scene, {"user": wang.id}, redirect_uri="https://crm.example.com/back")[0] == 400


def test_codes_are_for_their_app_and_for_ten_minutes(scene: Scene, wang: User) -> None:
    code = authorize(scene, {"user": wang.id})[1]["code"]
    assert refused(access(scene, client_secret="wrong", code=code)) == "bad_client_secret"
    assert refused(access(scene, code=code, redirect_uri="http://127.0.0.1/other")) == "bad_redirect_uri"
    scene.clock.advance(601)
    assert refused(access(scene, code=code)) == "invalid_code"


def test_a_refresh_token_works_once_and_for_a_short_grace(scene: Scene, wang: User) -> None:
    scene.crm.app.rotation = True
    code = authorize(scene, {"user": wang.id})[1]["code"]
    first = ask(access(scene, code=code, redirect_uri=BACK))
    assert first["expires_in"] == ACCESS_SECONDS

    def refresh() -> Any:
        return access(scene, grant_type="refresh_token", refresh_token=first["refresh_token"])

    second = ask(refresh())
    assert second["refresh_token"] != first["refresh_token"]
    assert ask(scene.client(first["access_token"]).auth_test())["ok"]
    ask(refresh())
    assert refused(scene.client(first["access_token"]).auth_test()) == "token_revoked"
    scene.clock.advance(GRACE_SECONDS + 1)
    assert refused(refresh()) == "invalid_refresh_token"
    assert [entry["what"] for entry in scene.world.journal.of("violation")] == ["refresh token used twice"]


def test_a_rotating_token_expires_after_twelve_hours(scene: Scene) -> None:
    scene.crm.app.rotation = True
    ask(access(scene, "oauth.v2.exchange", token=scene.crm.token))
    assert ask(scene.client().auth_test())["ok"]
    scene.clock.advance(ACCESS_SECONDS)
    assert refused(scene.client().auth_test()) == "token_expired"


def test_credentials_may_come_in_a_basic_header(scene: Scene, wang: User) -> None:
    code = authorize(scene, {"user": wang.id})[1]["code"]
    app = scene.crm.app
    basic = base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
    work = scene.client("").api_call(
        "oauth.v2.access", headers={"Authorization": f"Basic {basic}"}, params={"code": code}
    )
    assert ask(work)["access_token"]


def test_no_secret_stands_in_the_journal(scene: Scene, wang: User) -> None:
    code = authorize(scene, {"user": wang.id})[1]["code"]
    answer = ask(access(scene, code=code, redirect_uri=BACK))
    kept = str(scene.world.journal.entries)
    assert answer["access_token"] not in kept
    assert scene.crm.app.client_secret not in kept
