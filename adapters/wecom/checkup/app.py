"""Whether the self-built app works: its secret, whether this machine may call, and whom it sees; and the clock."""

from collections.abc import AsyncIterator
from datetime import datetime

import aiohttp

from adapters import skew
from adapters.wecom.checkup import calls
from adapters.wecom.checkup.advice import APP, refused
from adapters.wecom.checkup.calls import Refused
from adapters.wecom.checkup.setting import Setting
from crm_core.checkup import Check, Words, good, skipped, unsure

_SECRET = Words(zh="应用的 Secret", en="App secret")
_APP = Words(zh="应用", en="App")
_RANGE = Words(zh="可见范围", en="Visible range")
_LATER = Words(zh="Secret 可用后再查", en="once the secret works")
_FAR = Words(zh="企业微信", en="WeCom")
_LOST = Words(zh="回调一律被拒绝", en="every callback is refused")


async def examine(session: aiohttp.ClientSession, setting: Setting, now: datetime) -> AsyncIterator[Check]:
    """In the order a newcomer meets them."""
    try:
        answer = await calls.token(session, setting.api_url, setting.corp_id, setting.secret)
    except Refused as error:
        yield refused(_SECRET, error, APP)
        yield skipped(_APP, _LATER)
        return
    yield good(_SECRET, Words(zh="可用", en="works"))
    yield skew.examine(answer.date, now, _FAR, _LOST)
    parameters = {"access_token": str(answer.document.get("access_token", "")), "agentid": str(setting.agent_id)}
    try:
        shown = (await calls.ask(session, setting.api_url, "agent/get", parameters)).document
    except Refused as error:
        yield refused(_APP, error)
        return
    yield _named(shown)
    yield _seen(shown)


def _named(shown: dict[str, object]) -> Check:
    name = str(shown.get("name", ""))
    if shown.get("close"):
        return refused(_APP, Refused(50003), APP)
    return good(_APP, Words(zh=f"“{name}”", en=f"“{name}”"))


def _seen(shown: dict[str, object]) -> Check:
    """Who may use it: people, teams and tags."""
    counts = [
        _count(shown, *path)
        for path in (("allow_userinfos", "user"), ("allow_partys", "partyid"), ("allow_tags", "tagid"))
    ]
    if any(counts):
        people, teams, tags = counts
        return good(
            _RANGE,
            Words(zh=f"{people} 人、{teams} 个部门、{tags} 个标签", en=f"{people} people, {teams} teams, {tags} tags"),
        )
    mend = Words(
        zh="在应用页面编辑“可见范围”，加入要使用的成员或部门。",
        en="Edit 可见范围 on the app's page: let the members or teams in who shall use it.",
    )
    return unsure(_RANGE, Words(zh="没有任何人", en="nobody"), mend, APP)


def _count(shown: dict[str, object], outer: str, inner: str) -> int:
    inside = shown.get(outer)
    found = inside.get(inner) if isinstance(inside, dict) else None
    return len(found) if isinstance(found, list) else 0
