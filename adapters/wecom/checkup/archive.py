"""Whether the archive can be read: its keys, its library, its licence, its members and where files go; rows are looked
at from outside, none opened."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

from adapters.wecom.archive.library import Library, LibraryError, LibraryMissing
from adapters.wecom.archive.process import Died
from adapters.wecom.archive.ring import KeyFileError, ring_of_files
from adapters.wecom.checkup import calls
from adapters.wecom.checkup.advice import ARCHIVE, refused
from adapters.wecom.checkup.calls import Refused
from adapters.wecom.checkup.setting import Setting
from crm_core.checkup import Check, Words, bad, good, skipped, unsure

_KEYS = Words(zh="存档的私钥", en="Archive keys")
_ARCHIVE = Words(zh="会话内容存档", en="Archive")
_MEMBERS = Words(zh="存档成员", en="Archive members")
_FILES = Words(zh="存档的文件", en="Archive files")
_ROWS = 100
#: WeCom's word for an address it does not know, where it is about the archive: another page mends it.
_ADDRESSES = {10009: 301042, 60020: 301042}


async def examine(session: aiohttp.ClientSession, setting: Setting) -> AsyncIterator[Check]:
    """Nothing is kept, and the program that runs loses no row."""
    async for check in _examine_rows(setting):
        yield check
    yield await _examine_members(session, setting)
    if setting.media:
        yield await asyncio.to_thread(_examine_files, Path(setting.media))


async def _examine_rows(setting: Setting) -> AsyncIterator[Check]:
    try:
        ring_of_files(setting.keys)
    except KeyFileError as error:
        yield bad(_KEYS, Words(zh="不能使用", en="cannot be used"), error.words, ARCHIVE)
        yield skipped(_ARCHIVE, Words(zh="私钥可用后再查", en="once the keys can be used"))
        return
    named = ", ".join(map(str, sorted(setting.keys)))
    yield good(_KEYS, Words(zh=f"版本 {named}", en=f"versions {named}"))
    library = Library(setting.library, setting.corp_id, setting.archive_secret)
    try:
        yield _versions(await library.chat(0, _ROWS), setting)
    except LibraryMissing as error:
        mend = Words(zh=f"下载与本机相符的 SDK，填写它的路径：{setting.library}", en=str(error))
        yield bad(_ARCHIVE, Words(zh="SDK 加载不了", en="the library cannot be loaded"), mend, ARCHIVE)
    except LibraryError as error:
        yield _refused(error)
    except Died as error:
        yield refused(_ARCHIVE, Refused(None, error.reason), ARCHIVE)
    finally:
        await library.close()


async def _examine_members(session: aiohttp.ClientSession, setting: Setting) -> Check:
    """Whose conversations are archived."""
    try:
        token = await calls.token(session, setting.api_url, setting.corp_id, setting.archive_secret)
        parameters = {"access_token": str(token.document.get("access_token", ""))}
        path = "msgaudit/get_permit_user_list"
        found = (await calls.ask(session, setting.api_url, path, parameters, {})).document.get("ids")
    except Refused as error:
        known = None if error.errcode is None else _ADDRESSES.get(error.errcode, error.errcode)
        return refused(_MEMBERS, Refused(known, error.reason, error.address), ARCHIVE)
    if count := len(found) if isinstance(found, list) else 0:
        return good(_MEMBERS, Words(zh=f"{count} 位成员的会话在存档", en=f"{count} members are archived"))
    mend = Words(
        zh="在“会话内容存档 → 开启成员”里选择成员；每位都需要许可。",
        en="Choose the members under 会话内容存档 → 开启成员; each needs a licence.",
    )
    return unsure(_MEMBERS, Words(zh="没有任何成员", en="nobody"), mend, ARCHIVE)


def _examine_files(folder: Path) -> Check:
    """Whether files can be stored there, and how much."""
    nearest = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        mend = Words(
            zh=f"让运行 crmbot 的用户可以写入 {nearest}，或换一个文件夹：[wecom.archive] media。",
            en=f"Let the user crmbot runs as write into {nearest}, or name another folder in [wecom.archive] media.",
        )
        return bad(_FILES, Words(zh="不能写入", en="cannot be written"), mend, "config.toml")
    free = shutil.disk_usage(nearest).free // 2**30
    return good(_FILES, Words(zh=f"可以写入，剩余 {free} GiB", en=f"writable, {free} GiB left"))


def _refused(error: LibraryError) -> Check:
    """10009 and the like are the library's own; it gives them for an address WeCom does not know."""
    code = _ADDRESSES.get(error.code, error.code)
    if error.passing:
        return refused(_ARCHIVE, Refused(None, f"code {code}"), ARCHIVE)
    return refused(_ARCHIVE, Refused(code), ARCHIVE)


def _versions(page: bytes, setting: Setting) -> Check:
    """Whether there is a private key for each version that rows are locked with."""
    lacking = sorted(_versions_of(page) - set(setting.keys))
    if not lacking:
        return good(_ARCHIVE, Words(zh="可以读取，私钥版本相符", en="readable, with a key for every version"))
    named = ", ".join(map(str, lacking))
    mend = Words(
        zh=f"把版本 {named} 的私钥加到 [wecom.archive] private_keys；旧版本的也要保留。",
        en=f"Add the private keys of version {named} to [wecom.archive] private_keys, and keep the older ones.",
    )
    return bad(_ARCHIVE, Words(zh=f"缺少版本 {named} 的私钥", en=f"no private key of version {named}"), mend, ARCHIVE)


def _versions_of(page: bytes) -> set[int]:
    try:
        rows = json.loads(page.decode("utf-8", "replace"), strict=False).get("chatdata", [])
        return {int(row["publickey_ver"]) for row in rows}
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return set()
