"""How apps come into workspaces and out of them, and how their tokens turn over."""

from tests.fakes.slack.apps import ACCESS_SECONDS, GRACE_SECONDS, App, Install, Refresh, Token
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.events import emit
from tests.fakes.slack.people import User, Workspace
from tests.fakes.slack.state import State

ACTIVE_TOKENS = 2


def bot(state: State, name: str, team: Workspace, *, app_id: str) -> User:
    """A new bot user."""
    user = User(
        id=state.ids.new("U"),
        team_id=team.id,
        name=name,
        real_name=name,
        email="",
        enterprise_id=team.enterprise_id,
        bot_id=state.ids.new("B"),
        app_id=app_id,
        updated=state.seconds,
    )
    state.users[user.id] = user
    return user


def install(state: State, app: App, team: Workspace, *, scopes: set[str], installer: User | None) -> Install:
    """The app's installation in a workspace, new or the old one again with more scopes; without a token yet."""
    for known in state.installs:
        if known.app is app and known.team_id == team.id:
            known.scopes |= scopes
            known.active = True
            return known
    user = bot(state, app.name, team, app_id=app.id)
    new = Install(
        app=app,
        team_id=team.id,
        bot_user=user.id,
        bot_id=user.bot_id,
        installer=installer.id if installer else user.id,
        scopes=set(scopes),
        enterprise_id=team.enterprise_id,
    )
    state.installs.append(new)
    return new


def grant(state: State, install: Install) -> Token:
    """Its token: without rotation the one it has, with rotation a new pair that lives twelve hours."""
    if install.app.rotation:
        return _turn_over(state, install)
    alive = [token for token in install.tokens if not token.revoked]
    if not alive:
        install.tokens.append(Token(state.ids.secret("xoxb-")))
    return install.tokens[-1]


def refresh(state: State, app: App, value: str) -> Install:
    """Turn the tokens over; invalid_refresh_token when it was used before, but for a short grace."""
    now = state.clock.now()
    for install in state.installs:
        for known in install.refreshes:
            if install.app is app and known.value == value and install.active:
                if known.used is not None and now - known.used > GRACE_SECONDS:
                    state.journal.write("violation", what="refresh token used twice", team=install.team_id)
                    raise SlackError("invalid_refresh_token")
                known.used = now if known.used is None else known.used
                _turn_over(state, install)
                return install
    raise SlackError("invalid_refresh_token")


def exchange(state: State, install: Install) -> None:
    """Turn a long-lived token into a rotating pair, for good."""
    install.app.rotation = True
    _turn_over(state, install)


def revoke(state: State, install: Install, value: str) -> None:
    """Kill one token; when it was the last one the app hears tokens_revoked."""
    for token in install.tokens:
        if token.value == value:
            token.revoked = True
    if all(token.revoked for token in install.tokens):
        _tell_revoked(state, install)


def uninstall(state: State, install: Install) -> None:
    """Out of the workspace: app_uninstalled and tokens_revoked are the last it hears, then its tokens are dead."""
    event: Json = {"type": "app_uninstalled"}
    emit(state, "app_uninstalled", lambda _: event, team=install.team_id, app=install.app)
    _tell_revoked(state, install)
    install.active = False
    for token in install.tokens:
        token.revoked = True
    for channel in state.channels.values():
        if install.bot_user in channel.members and channel.kind == "channel":
            channel.members.remove(install.bot_user)


def _tell_revoked(state: State, install: Install) -> None:
    event: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [install.bot_user]}}
    emit(state, "tokens_revoked", lambda _: event, team=install.team_id, app=install.app)


def _turn_over(state: State, install: Install) -> Token:
    token = Token(state.ids.secret("xoxe.xoxb-1-"), state.clock.now() + ACCESS_SECONDS)
    install.tokens.append(token)
    install.refreshes.append(Refresh(state.ids.secret("xoxe-1-")))
    for old in [one for one in install.tokens if not one.revoked][:-ACTIVE_TOKENS]:
        old.revoked = True
    return token
