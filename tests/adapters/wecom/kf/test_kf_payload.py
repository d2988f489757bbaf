"""Entries of 微信客服 read as a person would say them."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from adapters.wecom.kf.payload import ServiceMessages
from adapters.wecom.transport import Transport
from crm_core.chat import Document, Happening, InboundMessage, SenderKind
from tests.adapters.wecom.calling import Calling, Clock, Notes, calling

CUSTOMER = "wmZhangSan00000000000000000000000"


def source() -> ServiceMessages:
    """Whose nicknames nobody tells."""
    return ServiceMessages(Transport("http://127.0.0.1:9/", "ww1", SecretStr("s"), memory=Notes(), clock=Clock()))


async def nicknames(request: web.Request) -> web.StreamResponse:
    asked = (await request.json())["external_userid_list"]
    told = [{"external_userid": one, "nickname": f"昵称{one[-1]}"} for one in asked]
    return web.json_response({"errcode": 0, "customer_list": told})


def entry(msgtype: str, body: Any, **more: Any) -> Document:
    row = {
        "msgid": "m1",
        "open_kfid": "wkA",
        "external_userid": CUSTOMER,
        "send_time": 1795313127,
        "origin": 3,
        "msgtype": msgtype,
        msgtype: body,
    }
    return {"kind": "kf", "account": "wkA", "row": {**row, **more}}


def read(body: Document) -> InboundMessage:
    (message,) = source().parse(body)
    return message


@pytest.mark.parametrize(
    ("msgtype", "body", "text"),
    [
        ("text", {"content": "在吗", "menu_id": "1"}, "在吗"),
        ("image", {"media_id": "m"}, "[图片]"),
        ("voice", {"media_id": "m"}, "[语音]"),
        ("video", {"media_id": "m"}, "[视频]"),
        ("file", {"media_id": "m"}, "[文件]"),
        (
            "location",
            {"latitude": 1.5, "longitude": 2.5, "name": "Acme", "address": "一号"},
            "[位置] Acme\n一号\n1.5\n2.5",
        ),
        ("link", {"title": "题", "desc": "述", "url": "https://a.example"}, "[链接] 题\n述\nhttps://a.example"),
        ("business_card", {"userid": "alice"}, "[名片] alice"),
        ("miniprogram", {"title": "商城", "appid": "wx"}, "[小程序] 商城"),
        (
            "channels_shop_product",
            {"title": "杯子", "price": "9.90", "shop_nickname": "Acme"},
            "[商品] 杯子\n9.90\nAcme",
        ),
        ("merged_msg", {"title": "聊天", "item": []}, "[聊天记录] 聊天"),
        ("note", {}, "[笔记]"),
        ("hologram", {"x": 1}, "[hologram]"),
    ],
)
def test_a_kind_reads_as(msgtype: str, body: Any, text: str) -> None:
    assert read(entry(msgtype, body)).text == text


def test_a_menu_reads_with_its_entries() -> None:
    items = [
        {"type": "click", "click": {"id": "1", "content": "查订单"}},
        {"type": "view", "view": {"content": "官网"}},
        7,
    ]
    body = {"head_content": "请选", "list": items, "tail_content": "谢谢"}
    assert read(entry("msgmenu", body)).text == "[菜单] 请选\n查订单\n官网\n谢谢"


def test_who_wrote_is_told_apart() -> None:
    customer, servicer = (
        read(entry("text", {"content": "1"})),
        read(entry("text", {}, origin=5, servicer_userid="alice")),
    )
    assert (customer.sender.platform_id, customer.sender.kind) == (CUSTOMER, SenderKind.EXTERNAL)
    assert (servicer.sender.platform_id, servicer.sender.kind) == ("alice", SenderKind.MEMBER)
    assert servicer.room == customer.room


@pytest.mark.parametrize("kind", ["user_recall_msg", "servicer_recall_msg"])
def test_an_event_has_its_ids_inside(kind: str) -> None:
    event = {"event_type": kind, "open_kfid": "wkA", "external_userid": CUSTOMER, "recall_msgid": "m0"}
    body = entry("event", event, origin=4)
    del body["row"]["open_kfid"], body["row"]["external_userid"]
    message = read(body)
    assert message.happening is Happening.DELETED
    assert (message.platform_message_id, message.room.platform_id) == ("m0", f"kf:wkA:{CUSTOMER}")


@pytest.mark.parametrize("kind", ["enter_session", "msg_send_fail", "servicer_status_change", "brand_new"])
def test_other_events_are_no_messages(kind: str) -> None:
    event = {"event_type": kind, "open_kfid": "wkA", "external_userid": CUSTOMER}
    assert source().parse(entry("event", event, origin=4)) == ()


def test_customers_are_called_what_they_call_themselves_and_asked_for_once() -> None:
    async def work(at: Calling) -> None:
        at.far.will("kf/customer/batchget", nicknames, nicknames)
        messages = ServiceMessages(at.transport())
        bodies = [entry("text", {"content": "1"}, external_userid=f"wm{n:030}") for n in range(120)]
        await messages.acquaint(bodies)
        await messages.acquaint(bodies)
        asked = [json.loads(one.body) for one in at.far.asked if one.path == "kf/customer/batchget"]
        assert [len(one["external_userid_list"]) for one in asked] == [100, 20]
        assert messages.parse(bodies[7])[0].sender.name == "昵称7"

    calling(work)


@pytest.mark.parametrize("row", [None, 3, {}, {"msgtype": "event", "event": 3}, {"origin": 3, "msgtype": "text"}])
def test_nonsense_is_refused_and_breaks_nothing(row: Any) -> None:
    body = {"kind": "kf", "row": row}
    asyncio.run(source().acquaint([body]))
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        assert source().parse(body) == ()
