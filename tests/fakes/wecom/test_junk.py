"""Whatever an app sends, WeCom answers with an errcode, never with an outage."""

import json
import random
from collections.abc import Callable
from typing import Any

from tests.fakes.wecom.api.methods import METHODS
from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.sample import Sample

VALUES: tuple[Any, ...] = (
    "",
    "-1",
    "\ud83d",
    None,
    1.5,
    -1,
    True,
    [],
    [None],
    {},
    {"a": None},
    [{"name": 5}],
    [{"type": [1]}],
)
NAMES = [
    "agentid",
    "attachments",
    "button",
    "chat_id",
    "chat_id_list",
    "chat_type",
    "code",
    "config_id",
    "cursor",
    "external_userid",
    "external_userid_list",
    "group_id",
    "group_name",
    "handover_userid",
    "id",
    "info",
    "limit",
    "msgid",
    "msgtype",
    "name",
    "new_owner",
    "open_kfid",
    "order",
    "owner_filter",
    "page_id",
    "remark",
    "remark_mobiles",
    "response_code",
    "roomid",
    "scene",
    "sender",
    "service_state",
    "start_time",
    "state",
    "tag",
    "tag_filter",
    "tag_id",
    "takeover_userid",
    "template_card",
    "text",
    "touser",
    "type",
    "user",
    "userid",
    "userid_list",
    "welcome_code",
]


def test_no_argument_breaks_a_call(company: Sample, asking: Callable[[App], Asking]) -> None:
    chance = random.Random(5)
    company.world.tokens.hourly = 10_000
    account = company.world.kf_account()
    askers = [asking(app) for app in (company.crm, company.contact, company.kf, company.archive)]
    known = {"userid": "alice", "external_userid": company.zhang.external_userid, "open_kfid": account.open_kfid}
    known |= {"touser": "alice", "msgtype": "template_card", "sender": "alice"}
    common = known | {"agentid": company.crm.agent_id}
    broken: list[str] = []
    for path, method in METHODS.items():
        asker = next(one for one in askers if method.family is None or method.family in one.app.families)
        for _ in range(6):
            args = {name: chance.choice(VALUES) for name in chance.sample(NAMES, 14)}
            args |= common if chance.random() < 0.7 else {}
            query = {name: str(value) for name, value in args.items() if isinstance(value, int | float)}
            response = asker.raw(method.verb, path, params=query, content=json.dumps(args))
            if response.status_code != 200 or "errcode" not in response.json():
                broken.append(f"{path} {args} {response.text}")
    assert broken == []
