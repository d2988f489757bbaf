"""views.*"""

from tests.fakes.slack import views
from tests.fakes.slack.block_kit.surfaces import checked_view
from tests.fakes.slack.errors import Json, SlackError, explained
from tests.fakes.slack.kept import View
from tests.fakes.slack.web_api.call import Call


def open_modal(call: Call) -> Json:
    body = _modal(call)
    trigger = call.state.triggers.spend(call.args.required("trigger_id"), call.install.app.id)
    return {"view": views.open_modal(call.state, call.install, trigger.user, body).shape()}


def push(call: Call) -> Json:
    """Wants a trigger that came from a modal."""
    body = _modal(call)
    trigger = call.state.triggers.spend(call.args.required("trigger_id"), call.install.app.id)
    return {"view": views.push(call.state, call.install, trigger.user, body).shape()}


def update(call: Call) -> Json:
    body = _modal(call)
    view = _known(call)
    return {"view": views.update(call.state, view, body, call.args.text("hash")).shape()}


def publish(call: Call) -> Json:
    user = call.state.find_user(call.args.required("user_id"))
    if user.team_id != call.team:
        raise explained("invalid_arguments", "user_id is not a member of this workspace")
    body = _body(call)
    if body["type"] != "home":
        raise explained("invalid_arguments", "must be one of the enum values: home [json-pointer:/view/type]")
    return {"view": views.publish(call.state, call.install, user.id, body, call.args.text("hash")).shape()}


def _body(call: Call) -> Json:
    return checked_view(call.args.parsed("view", "invalid_arguments"), call.state.ids)


def _modal(call: Call) -> Json:
    body = _body(call)
    if body["type"] != "modal":
        raise explained("invalid_arguments", "must be one of the enum values: modal [json-pointer:/view/type]")
    return body


def _known(call: Call) -> View:
    """The open view; not_found when the person closed it."""
    view = call.state.views.get(call.args.text("view_id"))
    external = call.args.text("external_id")
    if external:
        mine = [one for one in call.state.views.values() if one.app_id == call.install.app.id]
        view = next((one for one in mine if one.body.get("external_id") == external), None)
    if view is None or view.app_id != call.install.app.id:
        raise SlackError("not_found")
    return view
