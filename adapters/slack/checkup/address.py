"""Whether the public address leads here, for the doctor."""

from urllib.parse import urlsplit

import aiohttp

from adapters.slack.checkup.advice import EVENTS, SOCKETS
from crm_core.checkup import Check, Words, bad, good, unsure

_TITLE = Words(zh="公网地址", en="Public address")
_SEEN = Words(zh="可以访问，证书有效", en="answers, with a valid certificate")
_SEEN_HERE = Words(zh="只在本机可以访问", en="answers on this machine alone")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MOST = 1000


async def examine(session: aiohttp.ClientSession, public_url: str) -> Check:
    """Ask it for /healthz, as anybody could. `public_url` ends with a slash, or is ""."""
    if not public_url:
        return _unset()
    parts = urlsplit(public_url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        return _bad(
            Words(zh="不是 https", en="is not https"),
            Words(
                zh="Slack 只接受 https：用反向代理（如 Caddy）配好证书，再改 [slack] public_url。",
                en="Slack takes https only: let a reverse proxy with a certificate (such as Caddy) stand before the "
                "program, then change [slack] public_url.",
            ),
        )
    return await _ask(session, public_url)


async def _ask(session: aiohttp.ClientSession, public_url: str) -> Check:
    try:
        async with session.get(f"{public_url}healthz", allow_redirects=False) as response:
            status, said = response.status, await response.content.read(_MOST)
    except aiohttp.ClientConnectorCertificateError as error:
        return _certificate(error)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return _unreachable(error)
    if status == 200 and said.strip() == b"ok":
        return good(_TITLE, _SEEN if public_url.startswith("https") else _SEEN_HERE)
    return _bad(
        Words(zh=f"回答 HTTP {status}，不是本程序", en=f"answers HTTP {status}, which is not this program"),
        Words(
            zh="让反向代理把整个地址（包括 /healthz 和 /slack/）转到 crmbot serve 的端口，不要跳转。",
            en="Let the reverse proxy pass the whole address on (/healthz and /slack/ too) to the port of crmbot "
            "serve, without a redirect.",
        ),
    )


def _certificate(error: aiohttp.ClientConnectorCertificateError) -> Check:
    reason = getattr(error.certificate_error, "verify_message", "") or "not valid"
    return _bad(
        Words(zh=f"证书无效：{reason}", en=f"the certificate is not valid: {reason}"),
        Words(
            zh="换成公开机构签发、域名一致、未过期的证书，并带上中间证书；Let's Encrypt 即可。",
            en="Use a certificate of a public authority for this very name that has not expired, with the intermediate "
            "ones; Let's Encrypt will do.",
        ),
    )


def _unreachable(error: Exception) -> Check:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        found = Words(zh="域名解析不到", en="the name leads nowhere")
    elif isinstance(error, TimeoutError):
        found = Words(zh="十秒内没有回答", en="no answer within ten seconds")
    else:
        found = Words(zh="连接不上", en="no connection")
    return _bad(
        found,
        Words(
            zh="先启动 crmbot serve；再查 DNS、防火墙的 443 端口和反向代理。没有公网地址就改用 Socket Mode。",
            en="Is crmbot serve running? Then look at DNS, at port 443 of the firewall and at the reverse proxy. "
            "Without a public address use Socket Mode.",
        ),
    )


def _unset() -> Check:
    return unsure(
        _TITLE,
        Words(zh="没有填写，无法检查 Slack 能否访问", en="not set, so nobody can tell whether Slack gets through"),
        Words(
            zh="填写 [slack] public_url；没有公网地址就改用 Socket Mode(app_token)。",
            en="Set [slack] public_url; without a public address use Socket Mode (app_token).",
        ),
        SOCKETS,
    )


def _bad(found: Words, mend: Words) -> Check:
    return bad(_TITLE, found, mend, EVENTS)
