"""Whether customers and 微信客服 can be read: with a secret of their own, or by the app where it is listed."""

import aiohttp
from pydantic import SecretStr

from adapters.wecom.checkup import calls
from adapters.wecom.checkup.advice import CONTACT, KF, refused
from adapters.wecom.checkup.calls import Refused
from adapters.wecom.checkup.setting import Setting
from crm_core.chat import Document
from crm_core.checkup import Check, Words, good, unsure

_CONTACT = Words(zh="客户联系", en="Customers")
_KF = Words(zh="微信客服", en="Customer service")
_NO_ACCOUNT = Words(
    zh="在“微信客服 → 客服账号”里建一个账号，选择接待人员，并允许 API 管理。",
    en="Make an account under 微信客服 → 客服账号, choose who serves there, and let the API manage it.",
)
_UNHEARD = Words(
    zh="没有接收消息的地址，听不到客户来信：填写 [wecom] token 和 encoding_aes_key，"
    "把微信客服的回调也指到 /wecom/callback。",
    en="Without the address for messages nobody hears that a customer wrote: set [wecom] token and encoding_aes_key, "
    "and let the callback of 微信客服 lead to /wecom/callback too.",
)
_OFF = Words(zh="没有填写，不使用", en="not set, not used")


async def examine_contact(session: aiohttp.ClientSession, setting: Setting) -> Check:
    """Members with the right to have customers."""
    if not setting.contact_secret.get_secret_value():
        mend = Words(
            zh="要同步客户和标签、群发，就把“客户联系 → API”的 Secret 填进 [wecom] contact_secret。",
            en="To read customers and tags and to broadcast, put the secret of 客户联系 → API into contact_secret.",
        )
        return unsure(_CONTACT, _OFF, mend, CONTACT)
    try:
        answer = await _ask(session, setting, setting.contact_secret, "externalcontact/get_follow_user_list")
    except Refused as error:
        return refused(_CONTACT, error, CONTACT)
    count = _count(answer, "follow_user")
    if count:
        return good(_CONTACT, Words(zh=f"{count} 位成员可以联系客户", en=f"{count} members may have customers"))
    mend = Words(
        zh="在“客户联系 → 权限配置”里选择可以联系客户的成员。", en="Choose the members under 客户联系 → 权限配置."
    )
    return unsure(_CONTACT, Words(zh="没有成员可以联系客户", en="no member may have customers"), mend, CONTACT)


async def examine_kf(session: aiohttp.ClientSession, setting: Setting) -> Check:
    """Accounts of 微信客服, and whether its doorbell is heard: nothing is read before it rings."""
    if not setting.kf_secret.get_secret_value():
        mend = Words(
            zh="要记录微信客服的会话，就把“微信客服 → API”的 Secret 填进 [wecom] kf_secret。",
            en="To keep what is said there, put the secret of 微信客服 → API into [wecom] kf_secret.",
        )
        return unsure(_KF, _OFF, mend, KF)
    try:
        answer = await _ask(session, setting, setting.kf_secret, "kf/account/list", {"offset": 0, "limit": 100})
    except Refused as error:
        return refused(_KF, error, KF)
    count = _count(answer, "account_list")
    found = Words(zh=f"{count} 个客服账号", en=f"{count} accounts")
    if not count:
        return unsure(_KF, found, _NO_ACCOUNT, KF)
    return good(_KF, found) if setting.token.get_secret_value() else unsure(_KF, found, _UNHEARD, KF)


async def _ask(
    session: aiohttp.ClientSession, setting: Setting, secret: SecretStr, path: str, body: Document | None = None
) -> Document:
    token = await calls.token(session, setting.api_url, setting.corp_id, secret)
    parameters = {"access_token": str(token.document.get("access_token", ""))}
    return (await calls.ask(session, setting.api_url, path, parameters, body)).document


def _count(answer: Document, name: str) -> int:
    found = answer.get(name)
    return len(found) if isinstance(found, list) else 0
