"""Past conversations: JSON Lines and the standard export of a Slack workspace."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from crm_core.chat import InboundMessage, RoomKind, SenderKind
from crm_core.conversations.tables import AttachmentRow, Conversation, Message
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.errors import Invalid, NotAllowed
from crm_core.transfer import histories
from crm_core.transfer.histories import Problem, Recorded
from tests.conftest import NOW
from tests.crm_core.conftest import Cast

_LINE = {
    "platform": "wecom",
    "conversation": "room-1",
    "message_id": "m1",
    "sender": "u1",
    "sender_name": "王五",
    "text": "你好",
    "sent_at": "2026-01-05T09:00:00+08:00",
}


def write_lines(path: Path, *lines: Mapping[str, Any] | bytes) -> Path:
    raw = [line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines]
    path.write_bytes(b"\n".join(raw) + b"\n")
    return path


def take(session: Session, path: Path, cast: Cast) -> tuple[Recorded, list[Problem]]:
    entries = list(histories.read(path))
    inbounds = [one for one in entries if isinstance(one, InboundMessage)]
    problems = [one for one in entries if isinstance(one, Problem)]
    return histories.take(session, inbounds, viewer=cast.alice, now=NOW), problems


def spoken(session: Session) -> list[Message]:
    return list(session.exec(select(Message).order_by(col(Message.sent_at), col(Message.id))))


def test_lines_become_messages_of_their_customer_once(session: Session, cast: Cast, tmp_path: Path) -> None:
    customer = records.create(session, Draft("王五", phones=["13800138000"]), viewer=cast.alice, now=NOW)
    path = write_lines(
        tmp_path / "past.jsonl",
        _LINE | {"sender_kind": "external", "sender_phone": "13800138000", "conversation_kind": "direct"},
        _LINE | {"message_id": "m2", "thread": "m1", "text": "改好了", "edited_at": "2026-01-05T10:00:00+08:00"},
        _LINE | {"message_id": "m3", "deleted_at": "2026-01-05T11:00:00+08:00"},
        _LINE | {"message_id": "m4", "attachments": [{"id": "f1", "name": "报价.pdf", "size": 10}]},
    )
    recorded, problems = take(session, path, cast)
    assert (recorded.problems, problems) == ((), [])
    first, second, third, _ = spoken(session)
    assert (first.customer_id, first.sender_name) == (customer.id, "王五")
    assert (second.text, second.thread_id, second.edited_at is not None) == ("改好了", "m1", True)
    assert (third.text, third.deleted_at is not None) == ("", True)
    assert session.exec(select(AttachmentRow.name)).all() == ["报价.pdf"]
    again, _ = take(session, path, cast)
    assert (again.new, len(spoken(session))) == (0, 4)


def test_bad_lines_are_told_by_their_number(sqlite_session: Session, cast_sqlite: Cast, tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "past.jsonl",
        b"\xef\xbb\xbf" + json.dumps(_LINE).encode(),
        b"",
        b"{not json",
        _LINE | {"message_id": "m2", "sent_at": "2026-01-05T09:00:00"},
        _LINE | {"message_id": "m3", "sent_at": "2026-02-31T09:00:00Z"},
        {key: value for key, value in _LINE.items() if key != "conversation"},
        b'"\xff\xfe"',
        b"[" * 100_000,
        _LINE | {"message_id": "m4", "text": "x" * 1_100_000},
        _LINE | {"message_id": "m5"},
        _LINE | {"message_id": "m" * 300},
    )
    recorded, problems = take(sqlite_session, path, cast_sqlite)
    assert [problem.where for problem in problems] == ["3", "4", "5", "6", "7", "8", "9"]
    assert [problem.error.problem for problem in recorded.problems] == ["message_malformed"]
    assert recorded.new == 2
    assert "sent_at" in str(problems[1].error.details["reason"])


def test_a_viewer_may_not_import(sqlite_session: Session, cast_sqlite: Cast) -> None:
    with pytest.raises(NotAllowed):
        histories.take(sqlite_session, [], viewer=cast_sqlite.intern, now=NOW)


def slack_zip(path: Path, days: Mapping[str, list[Mapping[str, Any]]], **lists: object) -> Path:
    """A workspace with two people, a robot, four rooms, and these days."""
    documents: dict[str, object] = {
        "users.json": [
            {"id": "U1", "name": "alice", "profile": {"display_name": "Alice", "email": "alice@example.com"}},
            {"id": "U2", "name": "wangwu", "is_ultra_restricted": True, "profile": {"real_name": "王五"}},
            {"id": "U3", "name": "robot", "is_bot": True, "profile": {"real_name": "Robot"}},
        ],
        "channels.json": [
            {"id": "C1", "name": "sales"},
            {"id": "C2", "name": "with-acme", "is_ext_shared": True},
        ],
        "groups.json": [{"id": "G1", "name": "deals"}],
        "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
        **lists,
        **days,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, document in documents.items():
            archive.writestr(name, json.dumps(document))
    return path


def entry(ts: str, text: str, user: str = "U1", **more: object) -> dict[str, Any]:
    return {"type": "message", "user": user, "ts": ts, "text": text, **more}


def workspace(path: Path) -> Path:
    return slack_zip(
        path,
        {
            "sales/2026-01-05.json": [
                entry("1767574800.000100", "<@U2> 看 <https://acme.example|报价> &amp; <#C1|sales> <!here>"),
                entry("1767574801.000100", "joined", subtype="channel_join"),
                entry("1767574802.000100", "收到", "U2", thread_ts="1767574800.000100"),
                entry("1767574803.000100", "四万", edited={"user": "U1", "ts": "1767574900.000000"}),
                {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "CI", "ts": "1767574804.1",
                 "text": "done"},
                entry("1767574805.000100", "", files=[{"id": "F1", "name": "a.pdf", "mimetype": "a/b", "size": 3}]),
                entry("not a time", "x"),
                {"type": "message", "ts": "1767574806.1", "text": "nobody"},
            ],
            "with-acme/2026-01-06.json": [
                entry("1767661200.000100", "hello", "U99", user_profile={"real_name": "Dave"}),
            ],
            "deals/2026-01-06.json": [entry("1767661201.000100", "private")],
            "D1/2026-01-06.json": [entry("1767661202.000100", "direct", "U2")],
            "canvas/notes.json": [entry("1767661203.000100", "no channel")],
        },
    )  # fmt: skip


def test_a_slack_workspace_comes_in(session: Session, cast: Cast, tmp_path: Path) -> None:
    recorded, problems = take(session, workspace(tmp_path / "export.zip"), cast)
    assert (recorded.problems, problems) == ((), [])
    said = spoken(session)
    assert [(one.sender_name, one.text) for one in said] == [
        ("Alice", "@王五 看 报价 (https://acme.example) & #sales @here"),
        ("王五", "收到"),
        ("Alice", "四万"),
        ("CI", "done"),
        ("Alice", ""),
        ("Dave", "hello"),
        ("Alice", "private"),
        ("王五", "direct"),
    ]
    assert (said[0].platform_message_id, said[1].thread_id) == ("1767574800.000100", "1767574800.000100")
    assert said[2].edited_at is not None
    assert [one.sender_kind for one in said[:6:5]] == [SenderKind.MEMBER, SenderKind.EXTERNAL]
    assert (said[1].sender_kind, said[3].sender_kind) == (SenderKind.GUEST, SenderKind.BOT)
    assert session.exec(select(AttachmentRow.platform_file_id)).all() == ["F1"]
    rooms = {one.platform_id: one.kind for one in session.exec(select(Conversation))}
    assert rooms == {
        "C1": RoomKind.CHANNEL,
        "C2": RoomKind.SHARED,
        "G1": RoomKind.GROUP,
        "D1": RoomKind.DIRECT,
    }


def test_a_slack_workspace_twice_is_the_same_as_once(session: Session, cast: Cast, tmp_path: Path) -> None:
    path = workspace(tmp_path / "export.zip")
    take(session, path, cast)
    again, _ = take(session, path, cast)
    assert (again.new, len(spoken(session))) == (0, 8)


def refused(path: Path) -> str:
    with pytest.raises(Invalid) as error:
        list(histories.read(path))
    return error.value.problem


def test_what_is_no_history_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.zip") == "file_missing"
    garbage = tmp_path / "garbage.zip"
    garbage.write_bytes(b"\x00" * 1000)
    assert refused(garbage) == "file_broken"
    assert refused(slack_zip(tmp_path / "a.zip", {}, **{"channels.json": [], "groups.json": [], "dms.json": []})) == (
        "history_not_slack"
    )
    other = tmp_path / "a.doc"
    other.touch()
    assert refused(other) == "file_type"


def test_a_damaged_or_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = workspace(tmp_path / "export.zip")
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("sales/2026-01-05.json")
    data = member.header_offset + 30 + len(member.filename)
    path.write_bytes(whole[: data + 5] + bytes(40) + whole[data + 45 :])
    assert refused(path) == "file_broken"
    flag = whole.rindex(b"PK\x01\x02", 0, whole.rindex(b"sales/2026-01-05.json")) + 8
    path.write_bytes(whole[:flag] + b"\x01" + whole[flag + 1 :])
    assert refused(path) == "file_broken"


def test_a_zip_bomb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("channels.json", b" " * 30_000_000)
    assert refused(path) == "file_bomb"
