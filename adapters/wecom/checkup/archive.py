"""Whether the archive can be read: its keys, its library, its licence; rows are looked at from outside, none opened."""

import json
from collections.abc import AsyncIterator

from adapters.wecom.archive.library import Library, LibraryError, LibraryMissing
from adapters.wecom.archive.process import Died
from adapters.wecom.archive.ring import KeyFileError, ring_of_files
from adapters.wecom.checkup.advice import ARCHIVE, refused
from adapters.wecom.checkup.calls import Refused
from adapters.wecom.checkup.setting import Setting
from crm_core.checkup import Check, Words, bad, good, skipped

_KEYS = Words(zh="存档的私钥", en="Archive keys")
_ARCHIVE = Words(zh="会话内容存档", en="Archive")
_ROWS = 100


async def examine(setting: Setting) -> AsyncIterator[Check]:
    """Nothing is kept, and the program that runs loses no row."""
    try:
        ring_of_files(setting.keys)
    except KeyFileError as error:
        mend = Words(zh=f"修正 [wecom.archive] private_keys:{error}", en=str(error))
        yield bad(_KEYS, Words(zh="不能使用", en="cannot be used"), mend, ARCHIVE)
        yield skipped(_ARCHIVE, Words(zh="私钥可用后再查", en="once the keys can be used"))
        return
    named = ", ".join(map(str, sorted(setting.keys)))
    yield good(_KEYS, Words(zh=f"版本 {named}", en=f"versions {named}"))
    library = Library(setting.library, setting.corp_id, setting.archive_secret)
    try:
        yield _versions(await library.chat(0, _ROWS), setting)
    except LibraryMissing as error:
        mend = Words(zh=f"下载与本机相符的 SDK,填写它的路径:{setting.library}", en=str(error))
        yield bad(_ARCHIVE, Words(zh="SDK 加载不了", en="the library cannot be loaded"), mend, ARCHIVE)
    except LibraryError as error:
        yield _refused(error)
    except Died as error:
        yield refused(_ARCHIVE, Refused(None, error.reason), ARCHIVE)
    finally:
        await library.close()


def _refused(error: LibraryError) -> Check:
    """10009 and the like are the library's own; it gives them for an address WeCom does not know."""
    code = {10009: 301042}.get(error.code, error.code)
    if error.passing:
        return refused(_ARCHIVE, Refused(None, f"code {code}"), ARCHIVE)
    return refused(_ARCHIVE, Refused(code), ARCHIVE)


def _versions(page: bytes, setting: Setting) -> Check:
    """Whether there is a private key for each version that rows are locked with."""
    lacking = sorted(_versions_of(page) - set(setting.keys))
    if not lacking:
        return good(_ARCHIVE, Words(zh="可以读取,私钥版本相符", en="readable, with a key for every version"))
    named = ", ".join(map(str, lacking))
    mend = Words(
        zh=f"把版本 {named} 的私钥加到 [wecom.archive] private_keys;旧版本的也要保留。",
        en=f"Add the private keys of version {named} to [wecom.archive] private_keys, and keep the older ones.",
    )
    return bad(_ARCHIVE, Words(zh=f"缺少版本 {named} 的私钥", en=f"no private key of version {named}"), mend, ARCHIVE)


def _versions_of(page: bytes) -> set[int]:
    try:
        rows = json.loads(page.decode("utf-8", "replace"), strict=False).get("chatdata", [])
        return {int(row["publickey_ver"]) for row in rows}
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return set()
