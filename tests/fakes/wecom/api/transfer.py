"""externalcontact/transfer_*, resigned/*, groupchat/*transfer: hand-over of customers and groups."""

from tests.fakes.wecom import groups, relations, transfers
from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.customers import Relation
from tests.fakes.wecom.errors import TEXTS, Json, WeComError
from tests.fakes.wecom.groups import Group

RESULTS = 1000
GROUPS_A_DAY = 300
DAY = 86_400


def start(call: Call) -> Json:
    """Of an employee who stays; each customer has an errcode of their own, 0 for begun."""
    return _started(call, resigned=False)


def start_resigned(call: Call) -> Json:
    return _started(call, resigned=True)


def result(call: Call) -> Json:
    return _result(call, resigned=False)


def result_resigned(call: Call) -> Json:
    return _result(call, resigned=True)


def unassigned(call: Call) -> Json:
    """Customers of those who left, for whom nobody was asked yet."""
    size = call.args.number("page_size", RESULTS, least=1, most=RESULTS)
    number = call.args.number("page_id", 0, least=0)
    waiting = [one for one in call.state.relations.values() if one.usable and _waits(call, one)]
    found = waiting if call.args.has("cursor") else waiting[number * size :]
    page, cursor = call.page(found, lambda one: f"{one.userid}/{one.external_userid}", size)
    shown = [
        {
            "handover_userid": one.userid,
            "external_userid": one.external_userid,
            "dimission_time": call.state.staff[one.userid].left_at,
        }
        for one in page
    ]
    return {"info": shown, "is_last": not cursor, "next_cursor": cursor}


def move_groups(call: Call) -> Json:
    """Groups of owners who left."""
    return _moved(call, resigned=True)


def move_groups_onjob(call: Call) -> Json:
    return _moved(call, resigned=False)


def _started(call: Call, *, resigned: bool) -> Json:
    handover = _handover(call)
    takeover = relations.follower(call.state, call.app, call.args.text("takeover_userid", needed=True))
    transfers.require_pair(handover, takeover, resigned=resigned)
    if not resigned and not handover.active:
        raise WeComError(60111)
    message = call.args.text("transfer_success_msg", chars=200)
    wanted = call.args.texts("external_userid", needed=True, most=100)
    codes = {
        one: transfers.start(call.state, handover, takeover, one, resigned=resigned, message=message) for one in wanted
    }
    return {"customer": [{"external_userid": one, "errcode": code} for one, code in codes.items()]}


def _result(call: Call, *, resigned: bool) -> Json:
    handover = _handover(call).userid
    takeover = call.args.text("takeover_userid", needed=True)
    found = [
        one
        for one in call.state.transfers
        if (one.handover, one.takeover, one.resigned) == (handover, takeover, resigned)
    ]
    page, cursor = call.page(found, lambda one: one.external_userid, RESULTS)
    return {"customer": [one.shape() for one in page], "next_cursor": cursor}


def _handover(call: Call) -> Staff:
    """Who hands over, whether they are still there or not."""
    userid = call.args.text("handover_userid", needed=True)
    if userid not in call.state.staff:
        raise WeComError(60111)
    return call.state.staff[userid]


def _waits(call: Call, relation: Relation) -> bool:
    staff = call.state.staff[relation.userid]
    asked = any(
        (one.handover, one.external_userid) == (relation.userid, relation.external_userid)
        for one in call.state.transfers
    )
    return not staff.active and not asked and call.app.sees(staff.userid)


def _moved(call: Call, *, resigned: bool) -> Json:
    """Each group that could not be moved has an errcode."""
    owner = relations.follower(call.state, call.app, call.args.text("new_owner", needed=True))
    failed: list[Json] = []
    for chat_id in call.args.texts("chat_id_list", needed=True, most=100):
        try:
            _move(call, groups.find(call.state, call.app, chat_id), owner, resigned=resigned)
        except WeComError as error:
            failed.append({"chat_id": chat_id, "errcode": error.code, "errmsg": TEXTS[error.code]})
    return {"failed_chat_list": failed}


def _move(call: Call, group: Group, owner: Staff, *, resigned: bool) -> None:
    """90500 the owner is still there, 90502 has left, 90507 for who has it already or cannot have more today."""
    active = call.state.member(group.owner) is not None
    if resigned and active:
        raise WeComError(90500)
    if not resigned and not active:
        raise WeComError(90502)
    moved = [at for at in call.state.groups_moved.get(group.owner, ()) if at > call.state.seconds - DAY]
    if owner.userid == group.owner or len(moved) >= GROUPS_A_DAY:
        raise WeComError(90507)
    call.state.groups_moved[group.owner] = [*moved, call.state.seconds]
    groups.give(call.state, group, owner)
