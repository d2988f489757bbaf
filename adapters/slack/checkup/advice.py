"""What to do when Slack says no, for whoever sets the app up, and which page of its console to open."""

from dataclasses import dataclass

from crm_core.checkup import Words

CONSOLE = "https://api.slack.com/apps → "
OAUTH = f"{CONSOLE}OAuth & Permissions"
BASIC = f"{CONSOLE}Basic Information"
INSTALL = f"{CONSOLE}Install App"
SOCKETS = f"{CONSOLE}Socket Mode"
EVENTS = f"{CONSOLE}Event Subscriptions"


@dataclass(frozen=True)
class Advice:
    mend: Words
    page: str = ""


_COPY = Advice(
    Words(
        zh="重新复制 Bot User OAuth Token（xoxb- 开头）到 [slack] bot_token；没有就先点 Install to Workspace。",
        en="Copy the Bot User OAuth Token (xoxb-…) into [slack] bot_token again; if there is none, press Install to "
        "Workspace first.",
    ),
    OAUTH,
)
_INSTALL = Advice(
    Words(
        zh="应用已被移出工作区或令牌被撤销：重新安装，再把新的令牌填进 [slack] bot_token。",
        en="The app was taken out of the workspace or its token revoked: install it again and put the new token into "
        "[slack] bot_token.",
    ),
    INSTALL,
)
_KIND = Advice(
    Words(
        zh="这个令牌不是机器人令牌。bot_token 要填 xoxb- 开头的 Bot User OAuth Token。",
        en="This token is of another kind. bot_token takes the Bot User OAuth Token, which begins with xoxb-.",
    ),
    OAUTH,
)
_AGAIN = Advice(
    Words(
        zh="Slack 请我们稍等：过一分钟再运行一次 crmbot doctor。",
        en="Slack asks us to wait: run crmbot doctor again in a minute.",
    )
)
_NETWORK = Advice(
    Words(
        zh="本机连不上 Slack：检查 DNS、防火墙和代理是否放行到 [slack] api_url 的 HTTPS（程序直连，不走 HTTPS_PROXY），"
        "并看看 https://status.slack.com。",
        en="This machine does not reach Slack: let HTTPS to [slack] api_url through DNS, firewall and proxy (the "
        "program goes the direct way, not by HTTPS_PROXY), and look at https://status.slack.com.",
    )
)
_ADMIN = Advice(
    Words(
        zh="请工作区管理员批准这个应用，然后重新安装。",
        en="Ask an administrator of the workspace to approve the app, then install it again.",
    ),
    INSTALL,
)
_UNKNOWN = Advice(
    Words(
        zh="查看 Slack 文档里这个错误的说明，然后再运行一次 crmbot doctor。",
        en="Look this error up in Slack's documentation, then run crmbot doctor again.",
    )
)

_ADVICE = {
    "invalid_auth": _COPY,
    "not_authed": _COPY,
    "token_expired": _COPY,
    "account_inactive": _INSTALL,
    "token_revoked": _INSTALL,
    "not_allowed_token_type": _KIND,
    "ratelimited": _AGAIN,
    "org_login_required": _ADMIN,
    "team_access_not_granted": _ADMIN,
    "access_denied": _ADMIN,
}


def advice_on(reason: str) -> Advice:
    """What to do about the reason of a refused call: Slack's own word, or what became of the call."""
    if reason in _ADVICE:
        return _ADVICE[reason]
    return _UNKNOWN if reason.islower() else _NETWORK
