"""Friendships between employees and customers, per pair and in both directions."""

from tests.fakes.wecom import events, welcome
from tests.fakes.wecom.corp import App, Staff
from tests.fakes.wecom.customers import Customer, Relation, Standing
from tests.fakes.wecom.errors import WeComError
from tests.fakes.wecom.state import State


def befriend(
    state: State, staff: Staff, customer: Customer, *, way: str = "", add_way: int = 1, half: bool = False
) -> Relation:
    """They are friends now, or half friends. `way`: the `state` of the contact way. Former remarks and tags go."""
    standing = Standing.HALF if half else Standing.FRIENDS
    relation = Relation(staff.userid, customer.external_userid, state.seconds, standing, add_way, way)
    state.relations[relation.userid, relation.external_userid] = relation
    _tell_added(state, staff, relation, "add_half_external_contact" if half else "add_external_contact")
    return relation


def verify(state: State, staff: Staff, relation: Relation) -> None:
    """A half friend becomes a whole one."""
    relation.standing = Standing.FRIENDS
    _tell_added(state, staff, relation, "add_external_contact")


def _tell_added(state: State, staff: Staff, relation: Relation, change: str) -> None:
    greeting = welcome.prepare(state, staff, relation)
    for app in events.listeners(state, "contact", staff.userid):
        code = greeting.code_for(state, app) if greeting else ""
        events.contact_changed(state, change, relation, only=app, State=relation.state, WelcomeCode=code)


def edited(state: State, relation: Relation) -> None:
    """Remark, description or tags changed, by whomever: the caller itself hears of it too."""
    events.contact_changed(state, "edit_external_contact", relation, State=relation.state)


def drop_staff(state: State, relation: Relation) -> None:
    """The customer deletes the employee: the employee's side stays, and calls go on working."""
    relation.standing = Standing.DROPPED
    events.contact_changed(state, "del_follow_user", relation)


def drop_customer(state: State, relation: Relation, *, source: str = "") -> None:
    """The employee deletes the customer, or hands them over: the relation is over."""
    relation.standing = Standing.OVER
    relation.tags.clear()
    events.contact_changed(state, "del_external_contact", relation, Source=source)


def follower(state: State, app: App, userid: str) -> Staff:
    """An employee who may have customers: 60111, 60011, 84074."""
    staff = state.visible_member(app, userid)
    if not staff.contact:
        raise WeComError(84074, userid)
    return staff


def customer(state: State, external_userid: str) -> Customer:
    """40096 for an id nobody has."""
    if external_userid not in state.customers:
        raise WeComError(40096)
    return state.customers[external_userid]


def of_pair(state: State, app: App, userid: str, external_userid: str) -> Relation:
    """A relation in which calls work: 84061 for strangers, half friends and customers the employee deleted."""
    staff = follower(state, app, userid)
    customer(state, external_userid)
    relation = state.relations.get((staff.userid, external_userid))
    if relation is None or not relation.usable:
        raise WeComError(84061)
    return relation


def of_staff(state: State, userid: str) -> list[Relation]:
    """The usable ones, oldest first."""
    return [one for one in state.relations.values() if one.userid == userid and one.usable]


def of_several(state: State, userids: list[str]) -> list[Relation]:
    """The usable ones of these employees, one employee after the other."""
    found: dict[str, list[Relation]] = {userid: [] for userid in userids}
    for one in state.relations.values():
        if one.usable and one.userid in found:
            found[one.userid].append(one)
    return [one for theirs in found.values() for one in theirs]


def of_customer(state: State, app: App, external_userid: str) -> list[Relation]:
    """The usable ones with employees the app sees."""
    return [
        one
        for one in state.relations.values()
        if one.external_userid == external_userid and one.usable and app.sees(one.userid) and state.member(one.userid)
    ]
