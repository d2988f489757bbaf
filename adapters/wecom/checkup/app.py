"""Whether the self-built app works: its secret, whether this machine may call, and whom it sees; and the clock."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from adapters.wecom.checkup import calls
from adapters.wecom.checkup.advice import APP, refused
from adapters.wecom.checkup.calls import Refused
from adapters.wecom.checkup.setting import Setting
from crm_core.checkup import Check, Words, bad, good, skipped, unsure

_SECRET = Words(zh="应用的 Secret", en="App secret")
_CLOCK = Words(zh="本机时钟", en="Clock")
_APP = Words(zh="应用", en="App")
_RANGE = Words(zh="可见范围", en="Visible range")
_LATER = Words(zh="Secret 可用后再查", en="once the secret works")
#: Seconds this clock may be off; beyond 300 every callback of WeCom is refused.
_MOST_SKEW = 60


async def examine(session: aiohttp.ClientSession, setting: Setting, now: datetime) -> AsyncIterator[Check]:
    """In the order a newcomer meets them."""
    try:
        answer = await calls.token(session, setting.api_url, setting.corp_id, setting.secret)
    except Refused as error:
        yield refused(_SECRET, error, APP)
        yield skipped(_APP, _LATER)
        return
    yield good(_SECRET, Words(zh="可用", en="works"))
    yield _skew(answer.date, now)
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


def _skew(date: str, now: datetime) -> Check:
    try:
        far = parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        return skipped(_CLOCK, Words(zh="回答里没有时间", en="the answer says no time"))
    seconds = round((now - far).total_seconds())
    if abs(seconds) <= _MOST_SKEW:
        return good(_CLOCK, Words(zh=f"与企业微信相差 {abs(seconds)} 秒", en=f"{abs(seconds)} s from WeCom's"))
    found = Words(zh=f"与企业微信相差 {abs(seconds)} 秒", en=f"{abs(seconds)} s {'ahead' if seconds > 0 else 'behind'}")
    mend = Words(
        zh="相差超过五分钟，回调一律被拒绝，提醒也不准时。打开 NTP：timedatectl set-ntp true。",
        en="Beyond five minutes every callback is refused, and reminders are late. Switch NTP on: "
        "timedatectl set-ntp true.",
    )
    return bad(_CLOCK, found, mend)
