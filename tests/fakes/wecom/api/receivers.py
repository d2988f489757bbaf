"""Who a message goes to: people, teams and tags, as far as the app may see them."""

from dataclasses import dataclass, field

from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.state import State

MOST_USERS = 1000
MOST_PARTIES = 100


@dataclass
class Receivers:
    """`userids`: who gets it, each once. The others are what the answer names, userids in lower case."""

    userids: list[str] = field(default_factory=list)
    wrong_users: list[str] = field(default_factory=list)
    wrong_parties: list[str] = field(default_factory=list)
    wrong_tags: list[str] = field(default_factory=list)
    unlicensed: list[str] = field(default_factory=list)

    def invalid(self) -> Json:
        return {
            "invaliduser": "|".join(self.wrong_users),
            "invalidparty": "|".join(self.wrong_parties),
            "invalidtag": "|".join(self.wrong_tags),
            "unlicenseduser": "|".join(self.unlicensed),
        }


def read(call: Call) -> Receivers:
    """82001 when nobody is named, 81013 when nobody who is named can be reached."""
    users = _names(call, "touser", MOST_USERS, 40058)
    parties = _names(call, "toparty", MOST_PARTIES, 82002)
    tags = _names(call, "totag", MOST_PARTIES, 82003)
    if not users and not parties and not tags:
        raise WeComError(82001)
    found = Receivers()
    if "@all" in users:
        users = [one.userid for one in call.state.staff.values() if one.active and call.app.sees(one.userid)]
    for userid in users:
        _add_user(call, found, userid)
    for party in parties:
        _add_group(call, found, found.wrong_parties, party, members_of(call.state, _digits(party)))
    for tag in tags:
        tagged = [one.userid for one in call.state.staff.values() if _digits(tag) in one.tags]
        _add_group(call, found, found.wrong_tags, tag, tagged)
    if not found.userids and not found.unlicensed:
        raise WeComError(81013)
    return found


def members_of(state: State, department: int) -> list[str]:
    """The active people of a team and of the teams under it."""
    inside = {department}
    while more := {one.id for one in state.departments.values() if one.parent in inside} - inside:
        inside |= more
    return [one.userid for one in state.staff.values() if one.active and inside.intersection(one.departments)]


def _names(call: Call, name: str, most: int, too_many: int) -> list[str]:
    names = [one for one in call.args.text(name).split("|") if one]
    if len(names) > most:
        raise WeComError(too_many)
    return names


def _digits(text: str) -> int:
    return int(text) if text.isdecimal() else -1


def _add_user(call: Call, found: Receivers, userid: str) -> None:
    staff = call.state.member(userid)
    if staff is None or not call.app.sees(staff.userid):
        found.wrong_users.append(userid.lower())
    elif not staff.licensed:
        found.unlicensed.append(userid.lower())
    elif staff.userid not in found.userids:
        found.userids.append(staff.userid)


def _add_group(call: Call, found: Receivers, wrong: list[str], name: str, userids: list[str]) -> None:
    seen = [userid for userid in userids if call.app.sees(userid)]
    if not seen:
        wrong.append(name)
    for userid in seen:
        _add_user(call, found, userid)
