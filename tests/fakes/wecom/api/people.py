"""user/*, department/*, auth/*, agent/get, menu/*: the company as an app sees it, and the app itself."""

from tests.fakes.wecom.api.call import Args, Call
from tests.fakes.wecom.api.receivers import members_of
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.errors import Json, WeComError


def get(call: Call) -> Json:
    return call.state.visible_member(call.app, call.args.text("userid", needed=True)).shape()


def brief_listing(call: Call) -> Json:
    return {"userlist": [one.shape(full=False) for one in _of_department(call)]}


def listing(call: Call) -> Json:
    return {"userlist": [one.shape() for one in _of_department(call)]}


def ids(call: Call) -> Json:
    """Everybody with each of their teams, by cursor."""
    pairs = [(one.userid, department) for one in _visible(call) for department in one.departments]
    limit = call.args.number("limit", 10_000, least=1, most=10_000)
    page, cursor = call.page(pairs, lambda one: f"{one[0]}/{one[1]}", limit)
    rows = [{"userid": userid, "department": department} for userid, department in page]
    return {"dept_user": rows, "next_cursor": cursor}


def departments(call: Call) -> Json:
    return {"department": [one.shape() for one in call.state.departments.values() if one.id in _under(call)]}


def brief_departments(call: Call) -> Json:
    found = [one for one in call.state.departments.values() if one.id in _under(call)]
    return {"department_id": [{"id": one.id, "parentid": one.parent, "order": one.order} for one in found]}


def department(call: Call) -> Json:
    wanted = call.args.number("id")
    if wanted not in call.state.departments:
        raise WeComError(60003)
    return {"department": call.state.departments[wanted].shape()}


def identify(call: Call) -> Json:
    """Who opened a page, by a code that lives five minutes and works once."""
    code = call.args.text("code", needed=True)
    if code not in call.state.page_codes:
        raise WeComError(40029)
    userid, until = call.state.page_codes[code]
    if not userid or until < call.state.clock.now():
        raise WeComError(42022)
    call.state.page_codes[code] = ("", 0)
    if call.state.member(userid):
        return {"userid": userid, "user_ticket": call.state.ids.secret(64)}
    return {"openid": call.state.ids.new("o", 27), "external_userid": userid}


def agent(call: Call) -> Json:
    """The app itself: its name and whom it may see."""
    _require_own(call, call.args)
    users = [{"userid": one.userid} for one in _visible(call)]
    shown: Json = {"agentid": call.app.agent_id, "name": call.app.name, "close": 0 if call.app.enabled else 1}
    return {**shown, "allow_userinfos": {"user": users}, "allow_partys": {"partyid": [1]}, "isreportenter": 1}


def addresses(call: Call) -> Json:
    """From where callbacks come."""
    return {"ip_list": ["127.0.0.1"]}


def create_menu(call: Call) -> Json:
    """At most three buttons with five below each; 40016 for more."""
    _require_own(call, call.query)
    buttons = call.args.objects("button", needed=True)
    if len(buttons) > 3:
        raise WeComError(40016)
    for button in buttons:
        below = button.objects("sub_button")
        if len(below) > 5:
            raise WeComError(40016)
        button.text("name", needed=True, most=16)
        for one in below or [button]:
            _check_button(one)
    call.app.menu = call.args.values
    return {}


def get_menu(call: Call) -> Json:
    _require_own(call, call.args)
    if call.app.menu is None:
        raise WeComError(46003)
    return call.app.menu


def delete_menu(call: Call) -> Json:
    _require_own(call, call.args)
    call.app.menu = None
    return {}


def _check_button(button: Args) -> None:
    button.text("name", needed=True, most=40)
    kind = button.text("type", needed=True)
    if kind == "view":
        button.text("url", needed=True, most=1024)
    elif kind == "view_miniprogram":
        button.text("appid", needed=True)
    else:
        button.text("key", needed=True, most=128)


def _require_own(call: Call, args: Args) -> None:
    if args.number("agentid") != call.app.agent_id:
        raise WeComError(301002)


def _visible(call: Call) -> list[Staff]:
    return [one for one in call.state.staff.values() if one.active and call.app.sees(one.userid)]


def _of_department(call: Call) -> list[Staff]:
    """The people right in a team, or with fetch_child those below it too."""
    wanted = call.args.number("department_id")
    if wanted not in call.state.departments:
        raise WeComError(60003)
    deep = call.args.number("fetch_child", 0, least=0, most=1)
    inside = members_of(call.state, wanted)
    return [one for one in _visible(call) if one.userid in inside and (deep or wanted in one.departments)]


def _under(call: Call) -> set[int]:
    """A team and all below it; all of them when none is named."""
    found = {call.args.number("id", 1)}
    every = call.state.departments.values()
    while more := {one.id for one in every if one.parent in found} - found:
        found |= more
    return found
