"""Who calls: tokens and what they may do."""

from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.web_api.call import Call


def authenticate(call: Call, takes: str) -> None:
    """Set who calls from the token; `takes`: the kind the method wants. Slack's errors, in its order."""
    if takes == "none":
        return
    if not call.token:
        raise SlackError("not_authed")
    app = next((app for app in call.state.apps.values() if call.token in app.app_tokens), None)
    if app is not None:
        call.app = app
        if takes != "app":
            raise SlackError("not_allowed_token_type")
        return
    found = call.state.find_token(call.token)
    if found is None:
        raise SlackError("invalid_auth")
    install, token = found
    if not install.active:
        raise SlackError("account_inactive")
    if token.revoked:
        raise SlackError("token_revoked")
    if token.expires is not None and call.state.clock.now() >= token.expires:
        raise SlackError("token_expired")
    if takes == "app":
        raise SlackError("not_allowed_token_type")
    call.owner, call.app = install, install.app


def test(call: Call) -> Json:
    workspace = call.state.workspaces[call.team]
    return {
        "url": workspace.shape()["url"],
        "team": workspace.name,
        "user": call.bot.name,
        "team_id": call.team,
        "user_id": call.bot.id,
        "bot_id": call.install.bot_id,
        "is_enterprise_install": False,
    } | ({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {})


def connections_open(call: Call) -> Json:
    """A one-time address for a socket."""
    assert call.app is not None
    if not call.app.socket_mode:
        raise SlackError("socket_mode_not_enabled")
    ticket = call.state.ids.secret("")
    call.state.tickets[ticket] = call.app.id
    address = call.state.links.get(call.app.id) or call.state.address.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={call.app.id}"}
