"""Callbacks that are genuine but strange: WeCom adds kinds and fields without notice. Each wants its quiet 200."""

from collections.abc import Iterator

from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.parcel import Parcel


def oddities(corp_id: str, agent_id: int, userid: str, now: int, first_id: int) -> Iterator[tuple[str, Parcel]]:
    """By name. `first_id`: the messages among them are numbered from here."""
    head: Json = {"ToUserName": corp_id, "FromUserName": userid, "CreateTime": now}
    for name, fields in _messages():
        first_id += 1
        yield name, Parcel({**head, **fields, "MsgId": first_id, "AgentID": agent_id})
    for name, fields in _events():
        yield name, Parcel({**head, "MsgType": "event", **fields, "AgentID": agent_id})
    for name, fields in _from_nobody():
        yield name, Parcel({"ToUserName": corp_id, "CreateTime": now, "MsgType": "event", **fields})


def _messages() -> Iterator[tuple[str, Json]]:
    yield "unknown MsgType", {"MsgType": "hologram", "Depth": 3}
    yield "a file", {"MsgType": "file", "MediaId": "3abc", "Title": "报价.pdf"}
    yield "empty text", {"MsgType": "text", "Content": ""}
    yield "no Content", {"MsgType": "text"}
    yield "Content twice", {"MsgType": "text", "Content": ["one", "two"]}
    yield "Content with elements", {"MsgType": "text", "Content": {"b": "bold"}}
    yield "end of CDATA in a text", {"MsgType": "text", "Content": "a]]>b<xml>&amp;"}
    yield "strange signs", {"MsgType": "text", "Content": "half 🙂 \u202e \ufffd"}
    yield "a long text", {"MsgType": "text", "Content": "长" * 2000}
    yield "a moment in words", {"MsgType": "text", "Content": "帮助", "CreateTime": "soon"}
    yield "an endless moment", {"MsgType": "text", "Content": "帮助", "CreateTime": "9" * 400}
    yield "nobody", {"MsgType": "text", "Content": "帮助", "FromUserName": ""}
    yield "an endless name", {"MsgType": "text", "Content": "帮助", "FromUserName": "a长" * 4000}
    yield "location in words", {"MsgType": "location", "Location_X": "north", "Location_Y": "", "Label": ""}


def _events() -> Iterator[tuple[str, Json]]:
    yield "unknown Event", {"Event": "dreamt_event", "EventKey": "x"}
    yield "Event in capitals", {"Event": "CLICK", "EventKey": "help"}
    yield "a click on nothing", {"Event": "click", "EventKey": ""}
    yield (
        "a card nobody sent",
        {"Event": "template_card_event", "EventKey": "k", "TaskId": "no-such", "ResponseCode": "x"},
    )
    yield "a card without anything", {"Event": "template_card_event"}
    yield "picks that are empty", {"Event": "template_card_event", "TaskId": "t", "SelectedItems": ""}
    picked = {"QuestionKey": "", "OptionIds": ""}
    yield "a pick without options", {"Event": "template_card_event", "SelectedItems": {"SelectedItem": picked}}
    yield (
        "a job is done",
        {
            "Event": "batch_job_result",
            "BatchJob": {"JobId": "j1", "JobType": "sync_user", "ErrCode": 0, "ErrMsg": "ok"},
        },
    )
    yield "where somebody is", {"Event": "LOCATION", "Latitude": 31.2, "Longitude": 121.5, "Precision": 60}


def _from_nobody() -> Iterator[tuple[str, Json]]:
    yield "kf without FromUserName", {"Event": "kf_msg_or_event", "Token": "no-such-token", "OpenKfId": "wk-no-such"}
    yield (
        "a change of an unknown kind",
        {
            "FromUserName": "sys",
            "Event": "change_external_contact",
            "ChangeType": "dreamt",
            "UserID": "nobody",
            "ExternalUserID": "wmnobody",
        },
    )
    yield "a contact without ids", {"FromUserName": "sys", "Event": "change_external_contact", "ChangeType": "x"}
    yield "a chat without ids", {"FromUserName": "sys", "Event": "change_external_chat", "ChangeType": "update"}
    yield "a tag without ids", {"FromUserName": "sys", "Event": "change_external_tag", "ChangeType": "delete"}
    yield "the archive rings", {"FromUserName": "sys", "Event": "msgaudit_notify", "AgentID": 2_000_004}
