"""externalcontact/groupchat/*: customer groups and who is in them."""

from tests.fakes.wecom import groups
from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.errors import Json, WeComError

PEOPLE_WITHOUT_FILTER = 1000


def listing(call: Call) -> Json:
    """By owner and status; without owners only for up to a thousand people, else 81017."""
    status = call.args.number("status_filter", 0, least=0, most=3)
    owners = call.args.inner("owner_filter").texts("userid_list", most=100)
    visible = [one for one in call.state.staff.values() if call.app.sees(one.userid)]
    if not owners and len(visible) > PEOPLE_WITHOUT_FILTER:
        raise WeComError(81017)
    found = [
        group
        for group in call.state.groups.values()
        if not group.inner
        and not group.dismissed
        and call.app.sees(group.owner)
        and (not status or group.status == status)
        and (not owners or group.owner in owners)
    ]
    page, cursor = call.page(found, lambda one: one.chat_id, call.args.number("limit", least=1, most=1000), empty=True)
    shown = [{"chat_id": one.chat_id, "status": one.status} for one in page]
    return {"group_chat_list": shown, "next_cursor": cursor}


def get(call: Call) -> Json:
    named = call.args.number("need_name", 0, least=0, most=1)
    group = groups.find(call.state, call.app, call.args.text("chat_id", needed=True))
    return {"group_chat": group.shape(named=bool(named))}


def from_opengid(call: Call) -> Json:
    wanted = call.args.text("opengid", needed=True)
    found = next((one for one in call.state.groups.values() if one.opengid == wanted), None)
    if found is None:
        raise WeComError(86003)
    return {"chat_id": groups.find(call.state, call.app, found.chat_id).chat_id}
