"""users.*, team.info and bots.info"""

from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.people import User, seen_from_outside, slackbot
from tests.fakes.slack.web_api.call import Call


def shape(call: Call, user: User) -> Json:
    """The user as this installation may see them."""
    if user.team_id == call.team:
        shown = user.shape()
        if not call.args.flag("include_locale"):
            shown.pop("locale", None)
    else:
        policy = call.state.workspaces[user.team_id].shows_email
        shown = seen_from_outside(user, stranger=call.state.is_stranger(user, call.team), email=policy)
    if "users:read.email" not in call.install.scopes:
        shown["profile"].pop("email", None)
    return shown


def info(call: Call) -> Json:
    wanted = call.args.required("user")
    user = slackbot(call.team) if wanted == "USLACKBOT" else call.state.find_user(wanted)
    if user.team_id != call.team and not call.state.has_met(user, call.team):
        raise SlackError("user_not_found")
    return {"user": shape(call, user)}


def listing(call: Call) -> Json:
    found = [slackbot(call.team), *(user for user in call.state.users.values() if user.team_id == call.team)]
    page, more = call.page(found, lambda user: user.id, default=200, most=1000)
    return {
        "members": [shape(call, user) for user in page],
        "cache_ts": call.state.seconds,
        "response_metadata": more,
    }


def lookup_by_email(call: Call) -> Json:
    email = call.args.required("email").lower()
    for user in call.state.users.values():
        if user.team_id == call.team and user.email.lower() == email and not user.deleted and not user.is_bot:
            return {"user": shape(call, user)}
    raise SlackError("users_not_found")


def team_info(call: Call) -> Json:
    """Also of a connected workspace, by its id."""
    wanted = call.args.text("team", call.team) or call.team
    workspace = call.state.workspaces.get(wanted)
    if workspace is None or (wanted != call.team and not call.state.is_connected(wanted, call.team)):
        raise SlackError("team_not_found")
    return {"team": workspace.shape()}


def bots_info(call: Call) -> Json:
    wanted = call.args.text("bot")
    for user in call.state.users.values():
        if user.is_bot and user.bot_id == wanted:
            return {
                "bot": {
                    "id": user.bot_id,
                    "deleted": user.deleted,
                    "name": user.name,
                    "updated": user.updated,
                    "app_id": user.app_id,
                    "user_id": user.id,
                    "icons": {"image_36": "https://avatars.example/36.png"},
                }
            }
    raise SlackError("bot_not_found")
