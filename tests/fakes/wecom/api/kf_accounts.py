"""kf/account/*, kf/servicer/*, kf/customer/*: who answers under which name."""

from tests.fakes.wecom import kf, media
from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.kf import Account


def add(call: Call) -> Json:
    name = call.args.text("name", needed=True, chars=16)
    media.find(call.state, call.args.text("media_id", needed=True), "image")
    account = Account(call.state.ids.new("wk"), name)
    call.state.kf.accounts[account.open_kfid] = account
    return {"open_kfid": account.open_kfid}


def update(call: Call) -> Json:
    account = _account(call)
    account.name = call.args.text("name", chars=16) or account.name
    return {}


def delete(call: Call) -> Json:
    del call.state.kf.accounts[_account(call).open_kfid]
    return {}


def listing(call: Call) -> Json:
    offset = call.args.number("offset", 0, least=0)
    limit = call.args.number("limit", 100, least=1, most=100)
    found = list(call.state.kf.accounts.values())[offset : offset + limit]
    shown = [{"open_kfid": one.open_kfid, "name": one.name, "avatar": "", "manage_privilege": True} for one in found]
    return {"account_list": shown}


def contact_way(call: Call) -> Json:
    """A link that leads into the chat; the scene comes back with enter_session."""
    account = _account(call)
    scene = call.args.text("scene", most=32)
    return {"url": f"{call.state.address}/kf/{account.open_kfid}?enc_scene={scene}"}


def add_servicers(call: Call) -> Json:
    account, found = _account(call), _userids(call)
    results = [_result(call, userid) for userid in found]
    joined = [one["userid"] for one in results if not one["errcode"] and one["userid"] not in account.servicers]
    account.servicers += joined
    return {"result_list": results}


def remove_servicers(call: Call) -> Json:
    account, found = _account(call), _userids(call)
    results = [_result(call, userid) for userid in found]
    account.servicers = [one for one in account.servicers if one not in found]
    return {"result_list": results}


def servicers(call: Call) -> Json:
    """status 0: takes customers, 1: does not."""
    account = _account(call)
    return {"servicer_list": [{"userid": one, "status": 0} for one in account.servicers]}


def customers(call: Call) -> Json:
    """Names and faces; and the ids nobody has."""
    wanted = call.args.texts("external_userid_list", needed=True, most=100)
    call.args.number("need_enter_session_context", 0, least=0, most=1)
    known = [call.state.customers[one] for one in wanted if one in call.state.customers]
    shown = [
        {"external_userid": one.external_userid, "nickname": one.name, "avatar": "", "gender": one.gender}
        for one in known
    ]
    wrong = [one for one in wanted if one not in call.state.customers]
    return {"customer_list": shown, "invalid_external_userid": wrong}


def _account(call: Call) -> Account:
    return kf.account(call.state, call.args.text("open_kfid", needed=True))


def _userids(call: Call) -> list[str]:
    return call.args.texts("userid_list", needed=True, most=100)


def _result(call: Call, userid: str) -> Json:
    try:
        call.state.visible_member(call.app, userid)
    except WeComError as error:
        return {"userid": userid, "errcode": error.code, "errmsg": "fail"}
    return {"userid": userid, "errcode": 0, "errmsg": "success"}
