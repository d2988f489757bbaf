"""Files are fetched piece by piece, whole or not at all, and without a folder only what is known about them is kept."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from adapters.wecom.archive.media import MOST_TRIES, key_of
from crm_core.conversations.tables import AttachmentRow
from crm_core.database import Database
from crm_core.platforms import memory
from tests.adapters.wecom.archive.reading import CUSTOMER, Bench, reading, until
from tests.bot.capture.capturing import conduct
from tests.conftest import NOW
from tests.fakes.wecom.archive.chats import Chats

CONTENT = bytes(range(256)) * 20 + b"\0\0end"


def image(chats: Chats, content: bytes = CONTENT, *, md5: str | None = None, size: int | None = None) -> str:
    file_id = chats.file(content)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest() if md5 is None else md5
    body = {"md5sum": digest, "filesize": len(content) if size is None else size, "sdkfileid": file_id}
    chats.said(CUSTOMER, "alice", "image", body)
    return file_id


def stored(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def jobs(database: Database) -> list[tuple[str, bool]]:
    with database.reading() as session:
        found = memory.everything(session, "wecom", "media")
    return sorted((job["problem"], job["given_up"]) for job in found.values())


@pytest.mark.parametrize("chunk", [7, 512, 5123, 6000])
def test_a_file_comes_whole_however_it_is_cut(
    sqlite_database: Database, chats: Chats, tmp_path: Path, chunk: int
) -> None:
    chats.chunks_of(chunk)
    file_id = image(chats)
    unchecked = image(chats, CONTENT + b"!", md5="")

    async def scene() -> None:
        async with reading(sqlite_database, chats, folder=tmp_path / "files") as bench:
            await until(lambda: len(stored(tmp_path / "files")) == 2 and not jobs(bench.database))

    conduct(scene)
    assert stored(tmp_path / "files") == {key_of(file_id): CONTENT, key_of(unchecked): CONTENT + b"!"}


def test_without_a_folder_only_what_is_known_about_files_is_kept(sqlite_database: Database, chats: Chats) -> None:
    file_id = image(chats)

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    with sqlite_database.reading() as session:
        (row,) = session.exec(select(AttachmentRow))
    assert (row.platform_file_id, row.mime, row.size) == (file_id, "image/jpeg", len(CONTENT))
    assert not chats.calls("media")


def test_what_passes_is_tried_at_once_and_goes_on_where_it_was(
    sqlite_database: Database, chats: Chats, tmp_path: Path
) -> None:
    chats.chunks_of(3000)
    image(chats)
    chats.trouble("media", "10001", "10003")

    async def scene() -> None:
        async with reading(sqlite_database, chats, folder=tmp_path / "files"):
            await until(lambda: stored(tmp_path / "files") and not jobs(sqlite_database))

    conduct(scene)
    assert [call.split()[-1] for call in chats.calls("media")] == ["0", "0", "0", "3000"]


@pytest.mark.parametrize("harm", ["cut", "10002 10002 10002", "crash"])
def test_a_broken_file_is_not_stored_and_tried_again_later(
    sqlite_database: Database, chats: Chats, tmp_path: Path, harm: str
) -> None:
    chats.chunks_of(1000)
    image(chats)
    chats.trouble("media", *harm.split())
    clock = [NOW]

    async def scene() -> None:
        async with reading(sqlite_database, chats, folder=tmp_path / "files", now=lambda: clock[0]) as bench:
            await until(lambda: [problem for problem, _ in jobs(sqlite_database) if problem])
            assert stored(tmp_path / "files") == {}
            clock[0] = NOW + timedelta(hours=1)
            await again(bench)
            await until(lambda: stored(tmp_path / "files") and not jobs(sqlite_database))

    conduct(scene)


def test_what_never_works_is_given_up(sqlite_database: Database, chats: Chats, tmp_path: Path) -> None:
    image(chats, md5="0" * 32)
    chats.said(CUSTOMER, "alice", "image", {"sdkfileid": "gone", "filesize": 9, "md5sum": ""})
    chats.said(CUSTOMER, "alice", "video", {"sdkfileid": "huge", "filesize": 10**12, "md5sum": ""})
    clock = [NOW]

    async def scene() -> None:
        async with reading(sqlite_database, chats, folder=tmp_path / "files", now=lambda: clock[0]) as bench:
            await bench.all_settled()
            for _ in range(MOST_TRIES):
                clock[0] += timedelta(days=1)
                await again(bench)

    conduct(scene)
    assert jobs(sqlite_database) == [("checksum", True), ("code_10005", True), ("too_large", True)]
    assert stored(tmp_path / "files") == {}


async def again(bench: Bench) -> None:
    assert bench.media is not None
    await bench.media.fetch_due()
