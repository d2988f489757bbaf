"""externalcontact/*: customers, one by one and in lists, and what an employee noted about them."""

from tests.fakes.wecom import relations, tags, welcome
from tests.fakes.wecom.api import attachments
from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.customers import Relation
from tests.fakes.wecom.errors import Json, WeComError

FOLLOWERS = 500


def follow_users(call: Call) -> Json:
    """Who may have customers, as far as the app sees them."""
    staff = [one for one in call.state.staff.values() if one.active and one.contact and call.app.sees(one.userid)]
    return {"follow_user": [one.userid for one in staff]}


def listing(call: Call) -> Json:
    """84061 for an employee without a customer."""
    staff = relations.follower(call.state, call.app, call.args.text("userid", needed=True))
    found = relations.of_staff(call.state, staff.userid)
    if not found:
        raise WeComError(84061)
    return {"external_userid": [one.external_userid for one in found]}


def get(call: Call) -> Json:
    """With all who follow the customer, 500 a page."""
    customer = relations.customer(call.state, call.args.text("external_userid", needed=True))
    found = relations.of_customer(call.state, call.app, customer.external_userid)
    if not found:
        raise WeComError(84061)
    page, cursor = call.page(found, lambda one: one.userid, FOLLOWERS)
    shown = [_follow_user(call, one) for one in page]
    return {"external_contact": customer.shape(), "follow_user": shown, "next_cursor": cursor}


def batch_get(call: Call) -> Json:
    """Tags come as `tag_id`, and only those of the corp."""
    users = call.args.texts("userid_list", needed=True, most=100)
    limit = call.args.number("limit", 50, least=1, most=100)
    staff = [relations.follower(call.state, call.app, userid) for userid in users]
    unlicensed = [one.userid for one in staff if not one.licensed]
    found = relations.of_several(call.state, [one.userid for one in staff if one.licensed])
    page, cursor = call.page(found, lambda one: f"{one.userid}/{one.external_userid}", limit, empty=True)
    answer: Json = {"external_contact_list": [_listed(call, one) for one in page], "next_cursor": cursor}
    return answer | ({"fail_info": {"unlicensed_userid_list": unlicensed}} if unlicensed else {})


def remark(call: Call) -> Json:
    """Only what is given changes; mobiles are overwritten, [""] clears them."""
    relation = _pair(call)
    call.args.text("remark_pic_mediaid")
    if call.args.has("remark_mobiles"):
        relation.mobiles = [one for one in call.args.texts("remark_mobiles") if one]
    for name, field, chars in (
        ("remark", "remark", 20),
        ("description", "description", 150),
        ("remark_company", "company", 20),
    ):
        if name in call.args.values:
            setattr(relation, field, call.args.text(name, chars=chars))
    relations.edited(call.state, relation)
    return {}


def mark_tag(call: Call) -> Json:
    """40068 for a tag that is not in the library any more; then nothing changes."""
    relation = _pair(call)
    more, fewer = call.args.texts("add_tag", most=100), call.args.texts("remove_tag", most=100)
    if not more and not fewer:
        raise WeComError(40063, "add_tag or remove_tag")
    for wanted in (*more, *fewer):
        _, tag = tags.find(call.state, wanted)
        if tag is None:
            raise WeComError(40068, wanted)
    kept = [one for one in relation.tags if one not in fewer]
    relation.tags = kept + [one for one in dict.fromkeys(more) if one not in kept]
    relations.edited(call.state, relation)
    return {}


def send_welcome(call: Call) -> Json:
    welcome.send(call.state, call.app, call.args.text("welcome_code", needed=True), attachments.read(call))
    return {}


def close_temp_chat(call: Call) -> Json:
    _pair(call)
    return {}


def _pair(call: Call) -> Relation:
    userid, wanted = call.args.text("userid", needed=True), call.args.text("external_userid", needed=True)
    return relations.of_pair(call.state, call.app, userid, wanted)


def _follow_user(call: Call, relation: Relation) -> Json:
    shown = relation.shape()
    shown["tags"] = [_tag(call, wanted) for wanted in relation.tags]
    shown["tags"] += [{"group_name": group, "tag_name": name, "type": 2} for group, name in relation.personal]
    return shown


def _tag(call: Call, wanted: str) -> Json:
    group, tag = tags.find(call.state, wanted)
    assert tag is not None
    kind = 3 if group.strategy else 1
    return {"group_name": group.name, "tag_name": tag.name, "tag_id": tag.id, "type": kind}


def _listed(call: Call, relation: Relation) -> Json:
    customer = call.state.customers[relation.external_userid]
    return {"external_contact": customer.shape(), "follow_info": {**relation.shape(), "tag_id": list(relation.tags)}}
