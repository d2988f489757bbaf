"""/oauth/v2/authorize: the page where a person lets an app into a workspace, and what it brings back."""

from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.fakes.loopback import NotLoopback, require_loopback
from tests.fakes.slack.apps import App
from tests.fakes.slack.kept import Code
from tests.fakes.slack.people import User
from tests.fakes.slack.state import State

CODE_SECONDS = 600


def consent_routes(state: State) -> list[Route]:
    """GET shows who asks for what; POST with `user` allows, with `deny` refuses."""

    async def endpoint(request: Request) -> Response:
        asked = dict(request.query_params)
        app = next((app for app in state.apps.values() if app.client_id == asked.get("client_id")), None)
        if app is None:
            return _page("Unknown client_id", status=400)
        problem = _problem(app, asked)
        if problem:
            return _page(problem, status=400)
        if request.method == "GET":
            return _page(_form(state, app, asked))
        form = await request.form()
        return _answer(state, app, asked, {name: str(value) for name, value in form.items()})

    return [Route("/oauth/v2/authorize", endpoint, methods=["GET", "POST"])]


def _problem(app: App, asked: dict[str, str]) -> str:
    """What is wrong with the address a person was sent to, "" when nothing."""
    target = asked.get("redirect_uri", "")
    if not any(target.startswith(allowed) for allowed in app.redirect_urls):
        return "bad_redirect_uri: redirect_uri did not match any configured URIs"
    try:
        require_loopback(target)
    except NotLoopback as error:
        return str(error)
    unknown = _scopes(asked) - app.scopes
    return f"invalid_scope: {', '.join(sorted(unknown))}" if unknown or not _scopes(asked) else ""


def _scopes(asked: dict[str, str]) -> set[str]:
    return {scope for scope in asked.get("scope", "").replace(" ", ",").split(",") if scope}


def _answer(state: State, app: App, asked: dict[str, str], form: dict[str, str]) -> Response:
    brought = {"state": asked.get("state", "")}
    user = state.users.get(form.get("user", ""))
    if "deny" in form or user is None:
        brought["error"] = "access_denied"
    else:
        brought["code"] = allow(state, app, user, _scopes(asked), asked["redirect_uri"])
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(brought)}", status_code=302)


def allow(state: State, app: App, user: User, scopes: set[str], redirect_uri: str) -> str:
    """The code for a consent given, good for ten minutes and one use."""
    with state.lock:
        code = state.ids.secret("", 40)
        state.codes[code] = Code(app.id, user.team_id, user.id, scopes, redirect_uri, state.clock.now() + CODE_SECONDS)
    return code


def _form(state: State, app: App, asked: dict[str, str]) -> str:
    people = [user for user in state.users.values() if not user.is_bot and not user.guest and not user.deleted]
    options = "".join(
        f'<option value="{user.id}">{escape(user.real_name)} · {escape(state.workspaces[user.team_id].name)}</option>'
        for user in people
    )
    scopes = "".join(f"<li>{escape(scope)}</li>" for scope in sorted(_scopes(asked)))
    return (
        f"<h1>{escape(app.name)} is requesting permission to access a workspace</h1><ul>{scopes}</ul>"
        f'<form method="post"><label>As <select name="user">{options}</select></label> '
        '<button name="allow" value="1">Allow</button> <button name="deny" value="1">Cancel</button></form>'
    )


def _page(body: str, *, status: int = 200) -> Response:
    return HTMLResponse(
        f"<!DOCTYPE html><html><head><title>Fake Slack</title></head><body>{body}</body></html>", status
    )
