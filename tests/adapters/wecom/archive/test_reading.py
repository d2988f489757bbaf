"""Rows of the archive become messages, each once, whatever stands between."""

from datetime import timedelta
from pathlib import Path

from crm_core.chat import SenderKind
from crm_core.database import Database
from tests.adapters.wecom.archive.reading import (
    CUSTOMER,
    OTHER,
    envelopes_of,
    messages_of,
    reading,
    rooms_of,
    set_aside,
    texts_of,
)
from tests.bot.capture.capturing import conduct
from tests.conftest import NOW
from tests.fakes.wecom.archive.chats import Chats

EARLIER = NOW - timedelta(minutes=5)


def test_what_staff_and_customer_write_to_each_other_is_one_conversation(database: Database, chats: Chats) -> None:
    chats.text("alice", CUSTOMER, "您好，报价单发您了", at=EARLIER)
    chats.text(CUSTOMER, "alice", "收到，谢谢")

    async def scene() -> None:
        async with reading(database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert texts_of(database) == ["您好，报价单发您了", "收到，谢谢"]
    assert rooms_of(database) == [f"pair:alice:{CUSTOMER}"]
    assert [message.sender_kind for message in messages_of(database)] == [SenderKind.MEMBER, SenderKind.EXTERNAL]


def test_groups_are_rooms_of_their_own_and_robots_are_told_apart(sqlite_database: Database, chats: Chats) -> None:
    chats.text("alice", [CUSTOMER, OTHER, "bob"], "大家好", room="wrGroup1", at=EARLIER)
    chats.text("wbRobot0000000000000000000000000000", [CUSTOMER, "alice"], "自动消息", room="wrGroup1")

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert rooms_of(sqlite_database) == ["wrGroup1"]
    assert [message.sender_kind for message in messages_of(sqlite_database)] == [SenderKind.MEMBER, SenderKind.BOT]


def test_what_staff_write_among_themselves_is_kept_and_not_recorded(sqlite_database: Database, chats: Chats) -> None:
    row = chats.text("alice", "bob", "中午吃什么", msgid="1_2")

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert envelopes_of(sqlite_database) == {f"archive:{row.msgid}": ("answered", "")}
    assert texts_of(sqlite_database) == []


def test_more_than_a_page_with_gaps_in_its_numbers_comes_whole_and_in_order(
    sqlite_database: Database, chats: Chats
) -> None:
    for n in range(1500):
        chats.text("alice", CUSTOMER, str(n), at=EARLIER + timedelta(milliseconds=n))
    chats.trouble("chat", "short", "short")

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert texts_of(sqlite_database) == [str(n) for n in range(1500)]


def test_two_versions_of_the_key_in_one_page_are_opened_both(sqlite_database: Database, chats: Chats) -> None:
    chats.text(CUSTOMER, "alice", "旧", version=1, at=EARLIER)
    chats.text(CUSTOMER, "alice", "新", version=2)

    async def scene() -> None:
        async with reading(sqlite_database, chats, versions=(1, 2)) as bench:
            await bench.all_settled()

    conduct(scene)
    assert texts_of(sqlite_database) == ["旧", "新"]


def test_rows_of_an_unknown_version_wait_until_its_key_is_there(database: Database, chats: Chats) -> None:
    chats.text(CUSTOMER, "alice", "一", version=1, at=EARLIER)
    chats.text(CUSTOMER, "alice", "二", version=3, at=EARLIER + timedelta(seconds=1))
    chats.text(CUSTOMER, "alice", "三", version=1)

    async def scene() -> None:
        async with reading(database, chats, versions=(1,)) as bench:
            await bench.all_settled(waiting=1)
            assert texts_of(database) == ["一", "三"]
            assert set_aside(database) == ["key_3_unknown"]
            assert [(notice, key) for notice, key, _ in bench.alarm.notices] == [("archive_key", "3")]
            assert (await bench.archive.state())["set_aside"] == "key_3_unknown 1"
        async with reading(database, chats, versions=(1, 3)) as bench:
            await bench.all_settled()
        assert texts_of(database) == ["一", "二", "三"]

    conduct(scene)


def test_a_message_in_two_rows_is_stored_once(database: Database, chats: Chats) -> None:
    first = chats.text(CUSTOMER, "alice", "一次")
    for n in range(1000):
        chats.text("alice", CUSTOMER, str(n))
    chats.again(first)

    async def scene() -> None:
        async with reading(database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert texts_of(database).count("一次") == 1
    assert len(messages_of(database)) == 1001


def test_a_recall_deletes_whether_it_comes_after_the_message_or_before(database: Database, chats: Chats) -> None:
    after = chats.text(CUSTOMER, "alice", "发错了")
    chats.said(CUSTOMER, "alice", "revoke", {"pre_msgid": after.msgid})
    chats.said(CUSTOMER, "alice", "revoke", {"pre_msgid": "77_external"})
    chats.text(CUSTOMER, "alice", "也发错了", msgid="77_external", at=EARLIER)

    async def scene() -> None:
        async with reading(database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert [(message.text, message.deleted_at is not None) for message in messages_of(database)] == [("", True)] * 2


def test_a_switch_of_devices_is_no_message_and_hurts_nobody(sqlite_database: Database, chats: Chats) -> None:
    chats.row({"msgid": "125289002219525886280", "action": "switch", "time": 1554119421840, "user": "alice"})
    chats.text(CUSTOMER, "alice", "在吗")

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert texts_of(sqlite_database) == ["在吗"]


def test_a_kind_that_nobody_knows_is_recorded_by_its_name(sqlite_database: Database, chats: Chats) -> None:
    chats.said(CUSTOMER, "alice", "hologram", {"angle": 3})

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert texts_of(sqlite_database) == ["[hologram]"]


def test_raw_control_characters_do_not_stop_a_row(sqlite_database: Database, chats: Chats) -> None:
    text = '{"msgid":"1_external","action":"send","from":"%s","tolist":["alice"],"roomid":"","msgtime":1795313127611,'
    text += '"msgtype":"text","text":{"content":"第一行\n第\x01二\t行\x00"}}'
    chats.row({"msgid": "1_external"}, raw=(text % CUSTOMER).encode())

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert texts_of(sqlite_database) == ["第一行\n第二\t行"]


def test_what_is_no_row_is_kept_and_passed_over(database: Database, chats: Chats) -> None:
    chats.text(CUSTOMER, "alice", "前", at=EARLIER)
    chats.handed_out({"msgid": "x"})
    chats.handed_out({"publickey_ver": 1, "encrypt_random_key": "!!!", "encrypt_chat_msg": "00"})
    chats.handed_out({"publickey_ver": "one", "encrypt_random_key": "", "encrypt_chat_msg": ""})
    chats.handed_out({"publickey_ver": 1, "encrypt_random_key": "A" * 344, "encrypt_chat_msg": "00" * 20})
    chats.row({"msgid": "no_external"}, raw=b"not json")
    chats.row({"msgid": "list_external"}, raw=b"[1, 2]")
    chats.text(CUSTOMER, "alice", "后")

    async def scene() -> None:
        async with reading(database, chats) as bench:
            await bench.all_settled(waiting=6)

    conduct(scene)
    assert texts_of(database) == ["前", "后"]
    assert [problem for problem in set_aside(database) if problem.startswith("row")] == [
        "row_malformed",
        "row_malformed",
        "row_not_json",
        "row_not_json",
    ]


def test_opened_rows_that_make_no_sense_are_set_aside_in_the_ledger(sqlite_database: Database, chats: Chats) -> None:
    chats.row({"msgid": "1_external", "action": "send", "from": CUSTOMER, "tolist": 7, "msgtype": "text", "text": 3})
    chats.row({"msgid": "2_external", "action": "send", "from": {"who": "?"}, "msgtype": ["text"], "msgtime": "soon"})
    chats.row({"action": "send", "from": CUSTOMER, "tolist": ["alice"], "msgtype": "text", "text": {"content": "?"}})
    chats.text(CUSTOMER, "alice", "后")

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()

    conduct(scene)
    assert texts_of(sqlite_database)[-1] == "后"
    assert all(state in ("answered", "set_aside") for state, _ in envelopes_of(sqlite_database).values())
    assert len(envelopes_of(sqlite_database)) == 4


def test_what_the_platform_forgot_is_missed_and_administrators_are_told(
    sqlite_database: Database, chats: Chats, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()
        week = NOW + timedelta(days=7)
        chats.clock = lambda: week
        chats.text(CUSTOMER, "alice", "丢了", at=NOW + timedelta(days=1))
        chats.text(CUSTOMER, "alice", "还在", at=week - timedelta(hours=1))
        assert chats.forget() == 1
        async with reading(sqlite_database, chats, now=lambda: week) as bench:
            await bench.all_settled()
            assert [notice for notice, _, _ in bench.alarm.notices] == ["archive_lost"]
            assert bench.alarm.notices[0][2]["hours_behind"] == 7 * 24

    conduct(scene)
    assert texts_of(sqlite_database) == ["还在"]


def test_administrators_are_told_while_nothing_is_lost_yet(sqlite_database: Database, chats: Chats) -> None:
    clock = [NOW]

    async def scene() -> None:
        async with reading(sqlite_database, chats, now=lambda: clock[0]) as bench:
            await bench.all_settled()
            assert (await bench.archive.state())["days_left"] == "5.0"
            chats.trouble("chat", *["10001"] * 1000)
            clock[0] = NOW + timedelta(days=3, hours=1)
            await bench.archive.look()
            await bench.archive.look()
            assert [(notice, told["days_left"]) for notice, _, told in bench.alarm.notices] == [("archive_behind", 1)]
            assert (await bench.archive.state())["days_left"] == "2.0"

    conduct(scene)


def test_who_agreed_is_known_by_the_newest_word(sqlite_database: Database, chats: Chats) -> None:
    first, second = int(EARLIER.timestamp() * 1000), int(NOW.timestamp() * 1000)
    chats.said(CUSTOMER, "alice", "disagree", {"userid": CUSTOMER, "disagree_time": second})
    chats.said(CUSTOMER, "alice", "agree", {"userid": CUSTOMER, "agree_time": first})
    chats.said(OTHER, "alice", "agree", {"userid": OTHER, "agree_time": first})

    async def scene() -> None:
        async with reading(sqlite_database, chats) as bench:
            await bench.all_settled()
            assert (await bench.archive.state())["consent"] == "agreed 1, declined 1"

    conduct(scene)
