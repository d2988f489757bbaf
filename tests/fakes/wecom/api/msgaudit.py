"""msgaudit/*: the HTTP side of the archive (who is covered, and who agreed)."""

from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.errors import Json, WeComError

MOST = 100


def permitted(call: Call) -> Json:
    """The employees whose chats are kept."""
    call.args.number("type", 0, least=0, most=3)
    return {"ids": [one.userid for one in call.state.staff.values() if one.archived and one.active]}


def agreed(call: Call) -> Json:
    """Per pair; 301060 for more than a hundred. The misspelling is WeCom's."""
    asked = call.args.objects("info", needed=True)
    if len(asked) > MOST:
        raise WeComError(301060)
    return {"agreeinfo": [_pair(call, one.text("userid"), one.text("exteranalopenid")) for one in asked]}


def agreed_in_room(call: Call) -> Json:
    """The outsiders of a customer group."""
    group = call.state.groups.get(call.args.text("roomid", needed=True))
    if group is None or group.inner:
        raise WeComError(86003)
    outsiders = [member.id for member in group.members.values() if member.type == 2]
    rows = [_pair(call, group.owner, one) for one in outsiders]
    return {"agreeinfo": [{name: value for name, value in row.items() if name != "userid"} for row in rows]}


def room(call: Call) -> Json:
    """Inner groups only."""
    group = call.state.groups.get(call.args.text("roomid", needed=True))
    if group is None or not group.inner:
        raise WeComError(86003)
    members = [{"memberid": one.id, "jointime": one.joined_at} for one in group.members.values()]
    shown: Json = {"roomname": group.name, "creator": group.owner, "room_create_time": group.created_at}
    return {**shown, "notice": group.notice, "members": members}


def robot(call: Call) -> Json:
    found = call.state.robots.get(call.args.text("robot_id", needed=True))
    if found is None:
        raise WeComError(40058, "robot_id")
    return {"data": found}


def _pair(call: Call, userid: str, external_userid: str) -> Json:
    relation = call.state.relations.get((userid, external_userid))
    row: Json = {"userid": userid, "exteranalopenid": external_userid}
    row["agree_status"] = relation.agreement if relation else "Disagree"
    return row | {"status_change_time": relation.agreed_at if relation else 0}
