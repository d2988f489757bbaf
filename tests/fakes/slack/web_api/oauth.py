"""oauth.v2.*, auth.revoke, apps.uninstall and the events' authorizations."""

import base64
import binascii
import hmac

from tests.fakes.slack import installs
from tests.fakes.slack.apps import App, Install
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.events import authorization
from tests.fakes.slack.kept import Code
from tests.fakes.slack.web_api.call import Call


def access(call: Call) -> Json:
    """A code or, with grant_type=refresh_token, a refresh token for an access token."""
    app = _app(call)
    if call.args.text("grant_type") == "refresh_token":
        return _tokens(call, installs.refresh(call.state, app, call.args.required("refresh_token")))
    code = _code(call, app)
    workspace, person = call.state.workspaces[code.team], call.state.users[code.user]
    install = installs.install(call.state, app, workspace, scopes=code.scopes, installer=person)
    installs.grant(call.state, install)
    return _tokens(call, install) | {"authed_user": {"id": code.user}}


def exchange(call: Call) -> Json:
    """A long-lived token for a rotating pair, once."""
    app = _app(call)
    found = call.state.find_token(call.args.text("token") or call.token)
    if found is None or found[0].app is not app or found[1].expires is not None:
        raise SlackError("invalid_token")
    installs.exchange(call.state, found[0])
    return _tokens(call, found[0])


def revoke(call: Call) -> Json:
    if not call.args.flag("test"):
        installs.revoke(call.state, call.install, call.token)
    return {"revoked": not call.args.flag("test")}


def uninstall(call: Call) -> Json:
    if _app(call) is not call.install.app:
        raise SlackError("client_id_token_mismatch")
    installs.uninstall(call.state, call.install)
    return {}


def authorizations(call: Call) -> Json:
    """All installations that could see an event."""
    heard = call.state.event_contexts.get(call.args.required("event_context"))
    if heard is None or heard[0].app is not call.app:
        raise SlackError("invalid_event_context")
    page, more = call.page(heard, lambda install: install.team_id, default=100, most=1000)
    return {"authorizations": [authorization(install) for install in page], "response_metadata": more}


def _app(call: Call) -> App:
    """The app of client id and secret, given as arguments or in a Basic header."""
    client_id, secret = call.args.text("client_id"), call.args.text("client_secret")
    if call.basic:
        client_id, secret = _basic(call.basic)
    app = next((app for app in call.state.apps.values() if app.client_id == client_id), None)
    if app is None:
        raise SlackError("invalid_client_id")
    if not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
        raise SlackError("bad_client_secret")
    return app


def _basic(value: str) -> tuple[str, str]:
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise SlackError("invalid_client_id") from None
    return client_id, secret


def _code(call: Call, app: App) -> Code:
    code = call.state.codes.get(call.args.required("code"))
    if code is None or code.app_id != app.id or call.state.clock.now() > code.until:
        raise SlackError("invalid_code")
    if code.used:
        raise SlackError("code_already_used")
    if code.redirect_uri != call.args.text("redirect_uri", code.redirect_uri):
        raise SlackError("bad_redirect_uri")
    code.used = True
    return code


def _tokens(call: Call, install: Install) -> Json:
    state = call.state
    workspace = state.workspaces[install.team_id]
    answer: Json = {
        "app_id": install.app.id,
        "authed_user": {"id": install.installer},
        "scope": ",".join(sorted(install.scopes)),
        "token_type": "bot",
        "access_token": install.token,
        "bot_user_id": install.bot_user,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": {"id": workspace.enterprise_id, "name": workspace.name} if workspace.enterprise_id else None,
        "is_enterprise_install": False,
    }
    token = install.tokens[-1]
    if token.expires is not None:
        answer["refresh_token"] = install.refreshes[-1].value
        answer["expires_in"] = int(token.expires - state.clock.now())
    return answer
