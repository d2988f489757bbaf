"""externalcontact/*_msg_template, *_groupmsg_*: 企业群发, from its creation to its results."""

from tests.fakes.wecom import broadcasts, relations, tags
from tests.fakes.wecom.api import attachments
from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.broadcasts import Broadcast, Target
from tests.fakes.wecom.customers import Relation
from tests.fakes.wecom.errors import Json, WeComError

MONTH = 31 * 86_400
KINDS = {"single", "group"}


def create(call: Call) -> Json:
    """fail_list is who cannot be reached, beside errcode 0; nobody left is 41048."""
    kind = call.args.text("chat_type") or "single"
    if kind not in KINDS:
        raise WeComError(40058, "chat_type")
    selectable = call.args.flag("allow_select")
    targets, failed = _customers(call) if kind == "single" else _groups(call)
    content = attachments.read(call)
    broadcast, over = broadcasts.create(call.state, kind, content, targets, selectable=selectable)
    return {"fail_list": failed + over, "msgid": broadcast.msgid}


def listing(call: Call) -> Json:
    """create_time comes as a number or as a string; who made it only for a member's own."""
    kind = call.args.text("chat_type", needed=True)
    start, end = call.args.number("start_time"), call.args.number("end_time")
    if kind not in KINDS or not start <= end <= start + MONTH:
        raise WeComError(40058, "chat_type or time")
    filtered = call.args.number("filter_type", 2, least=0, most=2)
    creator = call.args.text("creator")
    found = [
        one
        for one in call.state.broadcasts.values()
        if one.chat_type == kind
        and start <= one.created_at <= end
        and filtered in {2, 1 if one.creator else 0}
        and creator in {"", one.creator}
    ]
    page, cursor = call.page(found, lambda one: one.msgid, call.args.number("limit", 50, least=1, most=100))
    return {"group_msg_list": [_shape(call, one) for one in page], "next_cursor": cursor}


def tasks(call: Call) -> Json:
    """Per member: 0 not confirmed, 2 confirmed."""
    broadcast = _broadcast(call)
    limit = call.args.number("limit", 500, least=1, most=1000)
    page, cursor = call.page(list(broadcast.shares.values()), lambda one: one.userid, limit, empty=True)
    return {"task_list": [share.shape() for share in page], "next_cursor": cursor}


def results(call: Call) -> Json:
    """Per customer of one member; of groups only those that were sent to."""
    broadcast = _broadcast(call)
    share = broadcast.shares.get(call.args.text("userid", needed=True))
    if share is None:
        raise WeComError(40058, "userid")
    single = broadcast.chat_type == "single"
    rows = [one for one in share.targets if single or one.at]
    limit = call.args.number("limit", 500, least=1, most=1000)
    page, cursor = call.page(rows, lambda one: one.to, limit, empty=True)
    return {"send_list": [row.shape(single=single) for row in page], "next_cursor": cursor}


def remind(call: Call) -> Json:
    broadcasts.remind(call.state, _broadcast(call))
    return {}


def cancel(call: Call) -> Json:
    """What is sent stays sent."""
    _broadcast(call).cancelled = True
    return {}


def _broadcast(call: Call) -> Broadcast:
    return broadcasts.find(call.state, call.args.text("msgid", needed=True))


def _customers(call: Call) -> tuple[list[Target], list[str]]:
    """Each customer once: by the sender, or by the follower they talked with last. And whom nobody may reach."""
    wanted = list(dict.fromkeys(call.args.texts("external_userid", most=10_000)))
    sender = call.args.text("sender")
    filtered = call.args.inner("tag_filter").objects("group_list")
    if not wanted and not sender and not filtered:
        raise WeComError(40063, "external_userid or sender")
    reachable = _reachable(call, sender)
    for group in filtered:
        listed = group.texts("tag_list", needed=True)
        for tag in listed:
            tags.find(call.state, tag)
        reachable = {to: one for to, one in reachable.items() if set(listed) & set(one.tags)}
    chosen = wanted or list(reachable)
    targets = [Target(to, reachable[to].userid) for to in chosen if to in reachable]
    return targets, [to for to in chosen if to not in reachable]


def _reachable(call: Call, sender: str) -> dict[str, Relation]:
    """By customer, the relation through which they would be reached."""
    state = call.state
    if sender:
        staff = relations.follower(state, call.app, sender)
        return {one.external_userid: one for one in relations.of_staff(state, staff.userid)}
    found = [one for one in state.relations.values() if one.usable and _may_send(call, one.userid)]
    found.sort(key=lambda one: (one.talked_at, one.created_at))
    return {one.external_userid: one for one in found}


def _may_send(call: Call, userid: str) -> bool:
    staff = call.state.member(userid)
    return staff is not None and staff.contact and call.app.sees(userid)


def _groups(call: Call) -> tuple[list[Target], list[str]]:
    """All groups of the sender's, or those that are listed; and those that are not the sender's."""
    sender = relations.follower(call.state, call.app, call.args.text("sender", needed=True)).userid
    owned = [
        one.chat_id for one in call.state.groups.values() if one.owner == sender and not one.inner and not one.dismissed
    ]
    wanted = list(dict.fromkeys(call.args.texts("chat_id_list", most=2000))) or owned
    return [Target(one, sender) for one in wanted if one in owned], [one for one in wanted if one not in owned]


def _shape(call: Call, broadcast: Broadcast) -> Json:
    made: int | str = str(broadcast.created_at) if call.state.ids.chance(0.5) else broadcast.created_at
    shown: Json = {"msgid": broadcast.msgid, "create_time": made, "create_type": 1 if broadcast.creator else 0}
    if broadcast.creator:
        shown["creator"] = broadcast.creator
    return shown | broadcast.content
