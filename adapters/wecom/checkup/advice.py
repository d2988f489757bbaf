"""What to do when WeCom says no, for whoever sets the bot up, and which page of its console to open."""

from dataclasses import dataclass

from adapters.wecom.checkup.calls import Refused
from crm_core.checkup import Check, Words, bad

CONSOLE = "https://work.weixin.qq.com/wework_admin/frame"
CORP = f"{CONSOLE}#profile → 企业ID"
APP = f"{CONSOLE}#apps → 自建应用"
CALLBACK = f"{APP} → 接收消息 → 设置API接收"
TRUSTED = f"{APP} → 企业可信IP"
CONTACT = f"{CONSOLE}#customer → 客户联系 → API"
KF = f"{CONSOLE}#customer → 微信客服 → API"
ARCHIVE = f"{CONSOLE} → 管理工具 → 会话内容存档"
ROBOT = f"{CONSOLE} → 管理工具 → 智能机器人 → API模式 → 长连接"


@dataclass(frozen=True)
class Advice:
    mend: Words
    page: str = ""


_ADVICE: dict[int, Advice] = {
    40001: Advice(
        Words(
            zh="Secret 不对：从这个应用的页面重新复制。每个应用的 Secret 不同；连错多次会被封一小时。",
            en="The secret is wrong: copy it again from the page of this very app, each has its own. Too many wrong "
            "tries bar this machine for an hour.",
        )
    ),
    40013: Advice(Words(zh="企业 ID 不对，重新复制到 [wecom] corp_id。", en="Copy 企业ID into [wecom] corp_id."), CORP),
    43009: Advice(
        Words(zh="应用还没有设置接收消息的地址。", en="The app has no address for messages yet: set it."), CALLBACK
    ),
    43012: Advice(
        Words(zh="带按钮的卡片需要先设置接收消息的地址。", en="Cards with buttons need the address for messages."),
        CALLBACK,
    ),
    45009: Advice(
        Words(zh="调用太频繁被暂时拦住：过一小时再运行。", en="Too many calls; run crmbot doctor again in an hour.")
    ),
    48002: Advice(
        Words(
            zh="这个应用没有此权限：把自建应用加入“可调用应用”，或填写该功能自己的 Secret。",
            en="This app may not call that: add it under 可调用应用, or set the secret of that function itself.",
        ),
        CONTACT,
    ),
    50003: Advice(Words(zh="应用被停用：在应用页面启用。", en="The app is switched off: switch it on."), APP),
    60011: Advice(
        Words(zh="成员不在应用的可见范围内：修改可见范围。", en="Out of the app's 可见范围: let people in there."), APP
    ),
    301002: Advice(
        Words(
            zh="agent_id 与 Secret 不是同一个应用的：从同一页面复制两者。",
            en="agent_id and secret are of two different apps: copy both from one page.",
        ),
        APP,
    ),
    301042: Advice(
        Words(zh="把这台机器的 IP 加到存档的可信 IP。", en="Add this machine's address to 可信IP of the archive."),
        ARCHIVE,
    ),
    301052: Advice(Words(zh="会话存档的许可已过期：续费。", en="The archive's licence is over: renew it."), ARCHIVE),
    301053: Advice(
        Words(zh="没有开通会话存档：购买并选择成员。", en="The archive is not open: buy it and choose members."),
        ARCHIVE,
    ),
    853000: Advice(
        Words(
            zh="BotID 或 Secret 不对：选择“长连接”方式，重新复制到 [wecom.robot]。",
            en="BotID or secret is wrong: choose 长连接, and copy both into [wecom.robot] again.",
        ),
        ROBOT,
    ),
}
_NETWORK = Advice(
    Words(
        zh="本机连不上企业微信：检查 DNS 和防火墙是否放行（程序直连，不走 HTTPS_PROXY），以及地址是否写对。",
        en="This machine does not reach WeCom: let it through DNS and firewall (the program goes the direct way, not "
        "by HTTPS_PROXY), and see that the address is right.",
    )
)
_UNKNOWN = Advice(
    Words(
        zh="在企业微信文档的“全局错误码”里查这个编号，然后再运行一次。",
        en="Look this number up on WeCom's page 全局错误码, then run crmbot doctor again.",
    ),
    "https://developer.work.weixin.qq.com/document/path/90313",
)


def refused(title: Words, error: Refused, page: str = "") -> Check:
    """What was answered, and what to do; `page`: where, when the answer itself names none."""
    if error.errcode is None:
        return bad(title, Words(zh=f"没有可用的回答：{error.reason}", en=f"no answer: {error.reason}"), _NETWORK.mend)
    found = Words(zh=f"企业微信的回答：{error.errcode}", en=f"WeCom's answer: {error.errcode}")
    advice = _trusted(error.address) if error.errcode == 60020 else _ADVICE.get(error.errcode, _UNKNOWN)
    own = page if error.errcode in {40001, 60020, 48002} else ""
    return bad(title, found, advice.mend, own or advice.page or page)


def _trusted(address: str) -> Advice:
    named = address or "…"
    return Advice(
        Words(
            zh=f"把 {named} 加到这个应用的“企业可信IP”（先要有可信域名或接收消息的地址），约一分钟后生效。",
            en=f"Add {named} under 企业可信IP of this app (it wants a trusted domain or the address for messages "
            "first); it works about a minute later.",
        ),
        TRUSTED,
    )
