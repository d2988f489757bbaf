"""Whether Slack is set up right, asked in the order in which a newcomer meets the questions."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import aiohttp

from adapters import skew
from adapters.direct import open_session
from adapters.slack import calls
from adapters.slack.calls import Answer, Refused
from adapters.slack.checkup import address, channels, secrets
from adapters.slack.checkup.advice import OAUTH, advice_on
from adapters.slack.scopes import Scope, missing
from crm_core.checkup import Check, Words, bad, good, skipped, unsure

_WORKSPACES = Words(zh="工作区", en="Workspaces")
_CONNECTION = Words(zh="连接 Slack", en="Slack")
_TOKEN = Words(zh="机器人令牌", en="Bot token")
_SCOPES = Words(zh="权限范围", en="Scopes")
_LATER = Words(zh="令牌可用后再查", en="once the token works")
_FAR = Words(zh=" Slack ", en="Slack")
_LOST = Words(zh="Slack 的请求一律被拒绝", en="every request of Slack is refused")


@dataclass(frozen=True)
class Access:
    """A token to look at; `workspace`: whose it is, where there are several."""

    token: str = field(repr=False)
    workspace: str = ""


@dataclass(frozen=True)
class Setting:
    """What the configuration says; "" for what it does not. `encryption_key`: None for one workspace."""

    api_url: str
    accesses: tuple[Access, ...]
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    public_url: str = ""
    encryption_key: str | None = field(default=None, repr=False)


async def examine(setting: Setting, clock: Callable[[], datetime]) -> AsyncIterator[Check]:
    """Every check; each takes a few seconds at most."""
    if setting.encryption_key is not None:
        yield secrets.examine_key(setting.encryption_key)
        if not setting.accesses:
            yield _nobody()
    async with open_session() as session:
        for access in setting.accesses:
            async for check in _examine_access(session, setting, access, clock):
                yield check
        for one in secrets.examine(setting.signing_secret):
            yield one
        if setting.app_token:
            yield await secrets.examine_socket(session, setting.api_url, setting.app_token)
        if setting.public_url or not setting.app_token:
            yield await address.examine(session, setting.public_url)


async def _examine_access(
    session: aiohttp.ClientSession, setting: Setting, access: Access, clock: Callable[[], datetime]
) -> AsyncIterator[Check]:
    kind = _wrong_kind(access)
    if kind is not None:
        yield kind
        return
    try:
        answer = await calls.call(session, setting.api_url, "auth.test", access.token)
    except Refused as error:
        for check in _refused(access, error.reason):
            yield check
        return
    yield good(_of(_TOKEN, access), _who(answer))
    yield skew.examine(answer.date, clock(), _FAR, _LOST)
    yield _scopes(access, missing(answer.scopes))
    yield await channels.examine(session, setting.api_url, access.token)


def _nobody() -> Check:
    mend = Words(
        zh="运行 crmbot slack install-link --config …，在浏览器里打开打印的链接。",
        en="Run crmbot slack install-link --config … and open the link it prints in a browser.",
    )
    return unsure(_WORKSPACES, Words(zh="还没有安装", en="none yet"), mend)


def _wrong_kind(access: Access) -> Check | None:
    """A token of another kind is told by how it begins."""
    if access.token.startswith(("xoxb-", "xoxe.xoxb-")):
        return None
    found = Words(zh="不是 xoxb- 开头", en="does not begin with xoxb-")
    advice = advice_on("not_allowed_token_type")
    return bad(_of(_TOKEN, access), found, advice.mend, advice.page)


def _refused(access: Access, reason: str) -> Iterator[Check]:
    advice = advice_on(reason)
    title = _of(_TOKEN, access) if advice.page else _CONNECTION
    found = Words(zh=f"Slack 的回答：{reason}", en=f"the answer was: {reason}")
    yield bad(title, found, advice.mend, advice.page)
    yield skipped(_of(_SCOPES, access), _LATER)


def _who(answer: Answer) -> Words:
    bot, team = answer.document.get("user", ""), answer.document.get("team", "")
    return Words(zh=f"{team} 的 @{bot}", en=f"@{bot} of {team}")


def _scopes(access: Access, lacking: tuple[Scope, ...]) -> Check:
    title = _of(_SCOPES, access)
    if not lacking:
        return good(title, Words(zh="齐全", en="all there"))
    found = Words(
        zh="缺少 " + "、".join(f"{scope.name}（{scope.zh}）" for scope in lacking),
        en="missing: " + ", ".join(f"{scope.name} ({scope.en})" for scope in lacking),
    )
    mend = Words(
        zh="在 Bot Token Scopes 里添加，然后点 Reinstall to Workspace；也可以用 crmbot slack manifest 整份替换。",
        en="Add them under Bot Token Scopes, then press Reinstall to Workspace; or replace the app's manifest by what "
        "crmbot slack manifest prints.",
    )
    return bad(title, found, mend, OAUTH)


def _of(title: Words, access: Access) -> Words:
    """The title, with the workspace where there are several."""
    if not access.workspace:
        return title
    return Words(zh=f"{title.zh}（{access.workspace}）", en=f"{title.en} ({access.workspace})")
