"""Whether the signing secret and the token for sockets can be what they should be, for the doctor."""

import re
from collections.abc import Iterator

import aiohttp

from adapters.slack import calls
from adapters.slack.calls import Refused
from adapters.slack.checkup.advice import BASIC, SOCKETS, advice_on
from adapters.slack.scopes import SOCKET_SCOPE
from adapters.slack.vault import Vault
from crm_core.checkup import Check, Words, bad, good

_SIGNING = Words(zh="签名密钥", en="Signing secret")
_KEY = Words(zh="加密密钥", en="Encryption key")
_SOCKET = Words(zh="Socket 令牌", en="Socket token")
_HEX = re.compile(r"[0-9a-f]{32}")

_MAKE = Words(
    zh=f"在 App-Level Tokens 里生成一个带 {SOCKET_SCOPE} 的令牌（xapp- 开头），填进 [slack] app_token。",
    en=f"Under App-Level Tokens make one with {SOCKET_SCOPE} (it begins with xapp-), and put it into [slack] "
    "app_token.",
)
_TURN_ON = Words(zh="打开 Enable Socket Mode。", en="Switch Enable Socket Mode on.")


def examine(signing_secret: str) -> Iterator[Check]:
    """Only its shape can be told: it proves itself with the first request."""
    if not signing_secret:
        return
    if _HEX.fullmatch(signing_secret):
        yield good(_SIGNING, Words(zh="格式正确", en="looks right"))
        return
    yield bad(
        _SIGNING,
        Words(zh="应为 32 位十六进制字符", en="should be 32 characters from 0-9 and a-f"),
        Words(
            zh="复制 App Credentials 里的 Signing Secret（不是 Client Secret，也不是 Verification Token）。",
            en="Copy the Signing Secret of App Credentials: not the Client Secret, not the Verification Token.",
        ),
        BASIC,
    )


def examine_key(encryption_key: str) -> Check:
    """Whether tokens can be locked with it."""
    try:
        Vault(encryption_key)
    except ValueError:
        found = Words(zh="不是 32 字节的 base64", en="is not 32 bytes in base64")
        mend = Words(
            zh="用 openssl rand -base64 32 生成一个，填进 [slack] encryption_key。",
            en="Make one with openssl rand -base64 32 and put it into [slack] encryption_key.",
        )
        return bad(_KEY, found, mend)
    return good(_KEY, Words(zh="可用", en="may be used"))


async def examine_socket(session: aiohttp.ClientSession, api_url: str, app_token: str) -> Check:
    """Ask for an address to connect to, which is then not used."""
    if not app_token.startswith("xapp-"):
        return bad(_SOCKET, Words(zh="不是 xapp- 开头", en="does not begin with xapp-"), _MAKE, BASIC)
    try:
        await calls.call(session, api_url, "apps.connections.open", app_token)
    except Refused as error:
        return _refused(error.reason)
    return good(_SOCKET, Words(zh="可以连接", en="may connect"))


def _refused(reason: str) -> Check:
    found = Words(zh=f"Slack 的回答：{reason}", en=f"the answer was: {reason}")
    if reason in {"missing_scope", "invalid_auth", "not_authed", "token_revoked", "account_inactive"}:
        return bad(_SOCKET, found, _MAKE, BASIC)
    if "socket_mode" in reason or reason == "link_disabled":
        return bad(_SOCKET, found, _TURN_ON, SOCKETS)
    advice = advice_on(reason)
    return bad(_SOCKET, found, advice.mend, advice.page)
