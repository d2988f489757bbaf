"""Whatever happens to the library or its network, rows are neither lost nor doubled, and it is said what to mend."""

import asyncio
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from adapters.wecom.archive.library import Library, LibraryMissing
from adapters.wecom.archive.process import Died, Patience
from crm_core.database import Database
from tests.adapters.wecom.archive.reading import (
    CUSTOMER,
    Bench,
    cursor_of,
    reading,
    set_aside,
    texts_of,
    until,
)
from tests.bot.capture.capturing import conduct
from tests.fakes.wecom.archive.chats import CORP_ID, SECRET, Chats

HASTY = Patience(start=30, call=2, network=-8, pauses=(0.0,))


def children() -> Iterator[psutil.Process]:
    return (one for one in psutil.Process().children() if "archive" in " ".join(one.cmdline()))


def test_what_passes_is_asked_again(database: Database, chats: Chats) -> None:
    chats.text(CUSTOMER, "alice", "在吗")
    chats.trouble("chat", "10001", "crash", "10002", "html", "errcode--1", "10003", "crash")
    chats.trouble("decrypt", "crash")

    async def scene() -> None:
        async with reading(database, chats) as bench:
            await bench.all_settled()
            assert (await bench.archive.state())["status"] == "ok"

    conduct(scene)
    assert texts_of(database) == ["在吗"]


def test_a_library_that_hangs_is_started_anew(sqlite_database: Database, chats: Chats) -> None:
    chats.text(CUSTOMER, "alice", "在吗")
    chats.trouble("chat", "hang")

    async def scene() -> None:
        async with reading(sqlite_database, chats, patience=HASTY) as bench:
            await bench.all_settled()

    conduct(scene)
    assert texts_of(sqlite_database) == ["在吗"]


@pytest.mark.parametrize("harm", ["crash", "hang"])
def test_a_row_that_kills_the_library_is_kept_and_the_others_are_read(
    sqlite_database: Database, chats: Chats, harm: str
) -> None:
    chats.text(CUSTOMER, "alice", "一")
    chats.text(CUSTOMER, "alice", "二")
    chats.poisoned(harm)
    chats.text(CUSTOMER, "alice", "三")

    async def scene() -> None:
        async with reading(sqlite_database, chats, patience=HASTY) as bench:
            await bench.all_settled(waiting=1)

    conduct(scene)
    assert texts_of(sqlite_database) == ["一", "二", "三"]
    assert set_aside(sqlite_database) == ["library_died"]


@pytest.mark.parametrize(
    ("errcode", "mend"), [("301042", "可信IP"), ("301052", "licence"), ("301053", "not open"), ("40001", "secret")]
)
def test_a_refusal_is_told_with_its_mend_until_it_is_over(
    sqlite_database: Database, chats: Chats, errcode: str, mend: str
) -> None:
    chats.text(CUSTOMER, "alice", "在吗")
    chats.trouble("chat", *[f"errcode-{errcode}"] * 50)

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await until(lambda: chats.calls("chat"))
            state = await told(bench)
            assert state["status"] == "down"
            assert errcode in state["archive"]
            assert mend in state["archive"]
            await bench.all_settled()
            assert (await bench.archive.state())["status"] == "ok"

    conduct(scene)


def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones(sqlite_database: Database, chats: Chats) -> None:
    chats.text(CUSTOMER, "alice", "在吗")
    chats.trouble("chat", "errcode-301058", "errcode-301058")

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert [call.split()[2] for call in chats.calls("chat")][:3] == ["1000", "500", "250"]


def test_a_file_that_is_no_library_is_named_and_nothing_else_suffers(
    sqlite_database: Database, chats: Chats, tmp_path: Path
) -> None:
    (tmp_path / "lib.so").write_bytes(b"\x7fELF nonsense")

    async def scene() -> None:
        async with reading(sqlite_database, chats, library=str(tmp_path / "lib.so")) as bench:
            state = await told(bench)
            assert "libWeWorkFinanceSdk_C.so" in state["archive"]

    conduct(scene)


def test_another_library_is_told_apart() -> None:
    async def scene() -> None:
        library = Library("libc.so.6", CORP_ID, SecretStr(SECRET))
        with pytest.raises(LibraryMissing, match="another library"):
            await library.chat(0, 1)
        await library.close()

    conduct(scene)


def test_the_secret_is_in_no_argument_environment_or_log(
    sqlite_database: Database, chats: Chats, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRMBOT_WECOM_ARCHIVE_SECRET", SECRET)
    caplog.set_level(logging.DEBUG)
    chats.text(CUSTOMER, "alice", "绝密的话")
    chats.trouble("chat", "crash", "errcode-40001")
    seen: list[str] = []

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()
            seen.extend(" ".join((*one.cmdline(), *one.environ().values())) for one in children())

    conduct(scene)
    assert len(seen) == 2
    assert SECRET not in "".join(seen)
    assert SECRET not in caplog.text
    assert "绝密的话" not in "".join(record.getMessage() for record in caplog.records if record.levelno > logging.DEBUG)


def test_no_process_is_left_behind(sqlite_database: Database, chats: Chats) -> None:
    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()
            assert list(children())

    conduct(scene)
    assert not list(children())


def test_a_call_that_was_given_up_never_answers_another(chats: Chats) -> None:
    async def scene() -> None:
        library = Library(str(chats.library), CORP_ID, SecretStr(SECRET))
        await library.chat(0, 1)
        chats.trouble("chat", "hang")
        given_up = asyncio.create_task(library.chat(0, 1))
        await until(lambda: len(chats.calls("chat")) == 2)
        given_up.cancel()
        await asyncio.wait([given_up])
        chats.text(CUSTOMER, "alice", "在吗")
        assert b"encrypt_chat_msg" in await library.chat(0, 1)
        await library.close()

    conduct(scene)


def test_the_pause_before_a_start_grows_while_nothing_succeeds(chats: Chats) -> None:
    paused: list[float] = []

    async def sleep(seconds: float) -> None:
        paused.append(seconds)

    async def scene() -> None:
        patience = Patience(pauses=(1, 2, 5))
        library = Library(str(chats.library), CORP_ID, SecretStr(SECRET), patience=patience, sleep=sleep)
        chats.trouble("chat", *["crash"] * 4)
        for _ in range(4):
            with pytest.raises(Died):
                await library.chat(0, 1)
        await library.chat(0, 1)
        chats.trouble("chat", "crash")
        with pytest.raises(Died):
            await library.chat(0, 1)
        await library.chat(0, 1)
        await library.close()

    conduct(scene)
    assert paused == [1, 2, 5, 5, 1]


def test_one_node_reads_and_another_takes_over(database: Database, chats: Chats) -> None:
    async def scene() -> None:
        async with reading(database, chats, node="first") as first:
            await first.all_settled()
            asked = len(chats.calls("init"))
            async with reading(database, chats, node="second") as second:
                chats.text(CUSTOMER, "alice", "一")
                second.archive.ring()
                await first.all_settled()
                assert len(chats.calls("init")) <= asked + 1
            await first.archive.stop()
            async with reading(database, chats, node="third") as third:
                chats.text(CUSTOMER, "alice", "二")
                await third.all_settled()

    conduct(scene)
    assert sorted(texts_of(database)) == ["一", "二"]
    assert cursor_of(database).seq == chats.rows[-1].seq


async def told(bench: Bench) -> dict[str, str]:
    """The state, once there is something to tell."""
    async with asyncio.timeout(30):
        while (state := dict(await bench.archive.state()))["status"] == "ok":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return state


def test_the_process_can_be_killed_from_outside(sqlite_database: Database, chats: Chats) -> None:
    chats.text(CUSTOMER, "alice", "一")

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()
            for child in children():
                os.kill(child.pid, 9)
            chats.text(CUSTOMER, "alice", "二")
            await bench.all_settled()

    conduct(scene)
    assert sorted(texts_of(sqlite_database)) == ["一", "二"]
