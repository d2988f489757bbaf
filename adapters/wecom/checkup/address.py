"""Whether WeCom gets through to us: our own question, sealed as WeCom seals it, comes back opened."""

import asyncio
import secrets
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from adapters.wecom.checkup.advice import CALLBACK
from adapters.wecom.checkup.setting import Setting
from adapters.wecom.crypto import Cipher
from crm_core.checkup import Check, Words, bad, good, unsure

_ADDRESS = Words(zh="接收消息的地址", en="Callback address")
_PATIENCE = 10.0
_MOST = 1000


async def examine(session: aiohttp.ClientSession, setting: Setting, now: datetime) -> Check:
    """Ask `public_url` + wecom/callback, as the console does when the address is saved."""
    if not setting.public_url:
        return _unset()
    if urlsplit(setting.public_url).scheme not in {"http", "https"}:
        return _bad(Words(zh="不是网址", en="is no address"), _WHERE)
    asked = secrets.token_hex(8)
    sealed = Cipher(setting.token, setting.encoding_aes_key, setting.corp_id).seal(asked, now)
    query = {
        "msg_signature": str(sealed["MsgSignature"]),
        "timestamp": str(sealed["TimeStamp"]),
        "nonce": str(sealed["Nonce"]),
        "echostr": str(sealed["Encrypt"]),
    }
    return await _ask(session, f"{setting.public_url}wecom/callback", query, asked)


async def _ask(session: aiohttp.ClientSession, url: str, query: dict[str, str], asked: str) -> Check:
    try:
        async with asyncio.timeout(_PATIENCE), session.get(url, params=query, allow_redirects=False) as response:
            status, said = response.status, await response.content.read(_MOST)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return _bad(Words(zh=f"连接不上：{type(error).__name__}", en=f"no connection: {type(error).__name__}"), _WHERE)
    if status == 200 and said.decode("utf-8", "replace") == asked:
        return good(_ADDRESS, Words(zh="可以访问，Token 与密钥一致", en="answers, with this token and key"))
    if status == 401:
        return _bad(Words(zh="那里的程序用的是另一套 Token 或密钥", en="another token or key is used there"), _SAME)
    return _bad(Words(zh=f"回答 HTTP {status}，不是本程序", en=f"answers HTTP {status}, not this program"), _WHERE)


_WHERE = Words(
    zh="先启动 crmbot serve；再让反向代理把 /wecom/callback 连同参数转过来，不要跳转；检查 DNS、证书和 443 端口。"
    "没有公网地址就改用 [wecom.robot]。",
    en="Is crmbot serve running? Let the reverse proxy pass /wecom/callback on with its parameters and without a "
    "redirect; look at DNS, the certificate and port 443. Without a public address use [wecom.robot].",
)
_SAME = Words(
    zh="用同一份 config.toml 重新启动 crmbot serve；后台里的 Token 和 EncodingAESKey 也要相同；时钟要准。",
    en="Start crmbot serve anew with this very config.toml; Token and EncodingAESKey in the console must be the same, "
    "and the clock right.",
)


def _unset() -> Check:
    mend = Words(
        zh="填写 [wecom] public_url（https://…），才能检查企业微信能否访问；只用机器人则不需要。",
        en="Set [wecom] public_url (https://…) to have it looked at; with a robot alone it is not needed.",
    )
    return unsure(_ADDRESS, Words(zh="没有填写，无法检查", en="not set, so nobody can tell"), mend, CALLBACK)


def _bad(found: Words, mend: Words) -> Check:
    return bad(_ADDRESS, found, mend, CALLBACK)
