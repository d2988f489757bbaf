"""externalcontact/*_contact_way and groupchat/*_join_way."""

from tests.fakes.wecom import groups, relations, ways
from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.ways import Way

TEMPORARY = 14 * 86_400
EVERY = ("style", "remark", "skip_verify", "state", "user", "party", "conclusions")


def add_contact(call: Call) -> Json:
    """A QR code (scene 2) or a button in a mini-program (1), for one employee (type 1) or several (2)."""
    kind, scene = call.args.number("type", least=1, most=2), call.args.number("scene", least=1, most=2)
    fields = {"type": kind, "scene": scene, "skip_verify": call.args.flag("skip_verify", default=True)}
    fields |= {"is_temp": call.args.flag("is_temp")} | _contact_fields(call)
    if kind == 1 and len(call.args.texts("user")) != 1:
        raise WeComError(40058, "user")
    expires = call.args.number("expires_in", 7 * 86_400, least=1, most=TEMPORARY) if fields["is_temp"] else 0
    way = ways.keep(call.state, "contact", fields, expires_in=expires)
    return {"config_id": way.config_id, **_qr_code(call, way)}


def get_contact(call: Call) -> Json:
    way = _contact(call)
    return {"contact_way": {"config_id": way.config_id, **way.fields, **_qr_code(call, way)}}


def list_contact(call: Call) -> Json:
    """Only ids, and none of temporary ones."""
    start, end = call.args.number("start_time", 0), call.args.number("end_time", call.state.seconds)
    lasting = [one for one in call.state.ways.values() if one.what == "contact" and not one.until]
    found = [one for one in lasting if start <= one.created_at <= end]
    limit = call.args.number("limit", 100, least=1, most=1000)
    page, cursor = call.page(found, lambda one: one.config_id, limit)
    return {"contact_way": [{"config_id": one.config_id} for one in page], "next_cursor": cursor}


def update_contact(call: Call) -> Json:
    way = _contact(call)
    changed = _contact_fields(call)
    if "skip_verify" in call.args.values:
        changed["skip_verify"] = call.args.flag("skip_verify")
    way.fields |= changed
    return {}


def delete_contact(call: Call) -> Json:
    del call.state.ways[_contact(call).config_id]
    return {}


def add_join(call: Call) -> Json:
    scene = call.args.number("scene", least=1, most=2)
    chats = call.args.texts("chat_id_list", needed=True, most=5)
    for chat_id in chats:
        groups.find(call.state, call.app, chat_id)
    fields = {"scene": scene, "chat_id_list": chats, **_join_fields(call)}
    return {"config_id": ways.keep(call.state, "join", fields).config_id}


def get_join(call: Call) -> Json:
    way = ways.find(call.state, "join", call.args.text("config_id", needed=True))
    return {"join_way": {"config_id": way.config_id, **way.fields, **_qr_code(call, way)}}


def update_join(call: Call) -> Json:
    way = ways.find(call.state, "join", call.args.text("config_id", needed=True))
    way.fields |= {"chat_id_list": call.args.texts("chat_id_list", needed=True, most=5), **_join_fields(call)}
    return {}


def delete_join(call: Call) -> Json:
    del call.state.ways[ways.find(call.state, "join", call.args.text("config_id", needed=True)).config_id]
    return {}


def _contact(call: Call) -> Way:
    return ways.find(call.state, "contact", call.args.text("config_id", needed=True))


def _contact_fields(call: Call) -> Json:
    """What is given of remark, state, user, party …; each employee must be one who may have customers."""
    call.args.text("remark", chars=30)
    call.args.text("state", chars=30)
    call.args.numbers("party", most=100)
    for userid in call.args.texts("user", most=100):
        relations.follower(call.state, call.app, userid)
    return {name: call.args.values[name] for name in EVERY if name in call.args.values}


def _join_fields(call: Call) -> Json:
    return {
        "remark": call.args.text("remark", chars=30),
        "auto_create_room": call.args.number("auto_create_room", 1, least=0, most=1),
        "room_base_name": call.args.text("room_base_name", chars=40),
        "room_base_id": call.args.number("room_base_id", 1),
        "state": call.args.text("state", chars=30),
    }


def _qr_code(call: Call, way: Way) -> Json:
    return {"qr_code": f"{call.state.address}/codes/{way.config_id}"} if way.fields["scene"] == 2 else {}
