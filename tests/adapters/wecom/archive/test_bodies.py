"""Every kind of message reads as a person would say it."""

import json
from typing import Any

import pytest

from adapters.wecom.archive.bodies import read
from adapters.wecom.archive.payload import parse
from crm_core.chat import Attachment, RoomKind

CUSTOMER = "wmZhangSan00000000000000000000000"


def said(msgtype: str, body: dict[str, Any], *, key: str = "", **more: Any) -> dict[str, Any]:
    return {
        "msgid": "1_external",
        "action": "send",
        "from": CUSTOMER,
        "tolist": ["alice"],
        "roomid": "",
        "msgtime": 1795313127611,
        "msgtype": msgtype,
        key or msgtype: body,
        **more,
    }


@pytest.mark.parametrize(
    ("msgtype", "key", "body", "text"),
    [
        ("text", "", {"content": "您好"}, "您好"),
        ("image", "", {"md5sum": "", "filesize": 9, "sdkfileid": "f"}, "[图片]"),
        ("voice", "", {"voice_size": 9, "play_length": 7, "sdkfileid": "f"}, "[语音] 7 秒"),
        ("video", "", {"filesize": 9, "play_length": 108, "sdkfileid": "f"}, "[视频] 108 秒"),
        ("emotion", "", {"type": 1, "imagesize": 3, "sdkfileid": "f"}, "[表情]"),
        ("file", "", {"filename": "报价.pdf", "fileext": "pdf", "sdkfileid": "f"}, "[文件] 报价.pdf"),
        ("agree", "", {"userid": CUSTOMER, "agree_time": 1}, "[同意存档会话内容]"),
        ("disagree", "", {"userid": CUSTOMER, "disagree_time": 1}, "[不同意存档会话内容]"),
        ("card", "", {"corpname": "Acme", "userid": "lisi"}, "[名片] Acme\nlisi"),
        (
            "location",
            "",
            {"longitude": 116.586, "latitude": 39.9, "address": "朝阳路1号", "title": "Acme 大厦", "zoom": 15},
            "[位置] Acme 大厦\n朝阳路1号\n39.9, 116.586",
        ),
        (
            "link",
            "",
            {"title": "邀请", "description": "看看", "link_url": "https://a.example"},
            "[链接] 邀请\n看看\nhttps://a.example",
        ),
        ("weapp", "", {"title": "首页", "description": "商城", "displayname": "Acme"}, "[小程序] Acme\n首页\n商城"),
        ("todo", "", {"title": "跟进", "content": "下周"}, "[待办] 跟进\n下周"),
        ("redpacket", "", {"type": 1, "wish": "恭喜", "totalcnt": 1, "totalamount": 3000}, "[红包] 恭喜\n¥30.00"),
        ("external_redpacket", "redpacket", {"wish": "恭喜", "totalamount": 5}, "[红包] 恭喜\n¥0.05"),
        ("meeting", "", {"topic": "评审", "address": "三楼", "remarks": ""}, "[会议] 评审\n三楼"),
        ("calendar", "", {"title": "拜访", "place": "上海"}, "[日程] 拜访\n上海"),
        ("collect", "", {"title": "报名", "details": [{"ques": "姓名"}, {"ques": "电话"}]}, "[填表] 报名\n姓名\n电话"),
        ("docmsg", "doc", {"title": "合同", "link_url": "https://d.example"}, "[文档] 合同\nhttps://d.example"),
        ("markdown", "info", {"content": "# 标题"}, "# 标题"),
        ("news", "info", {"item": [{"title": "新闻", "url": "https://n.example"}]}, "[图文] 新闻 https://n.example"),
        ("voiptext", "info", {"callduration": 125, "invitetype": 1}, "[音视频通话] 2 分 5 秒"),
        ("sphfeed", "", {"feed_type": 4, "sph_name": "Acme", "feed_desc": "新品"}, "[视频号] Acme\n新品"),
        ("hologram", "", {"x": 1}, "[hologram]"),
    ],
)
def test_a_kind_reads_as(msgtype: str, key: str, body: dict[str, Any], text: str) -> None:
    assert read(said(msgtype, body, key=key)).text == text


def test_a_vote_stands_beside_its_type() -> None:
    row = {**said("vote", {}), "vote": None, "votetitle": "去哪", "voteitem": ["上海", "北京"], "votetype": 101}
    assert read(row).text == "[投票] 去哪\n上海\n北京"


def test_calls_and_shared_documents_have_their_files() -> None:
    call = read(said("meeting_voice_call", {"sdkfileid": "f", "demofiledata": [{"filename": "a.ppt"}]}, voiceid="v"))
    assert (call.text, call.files[0].file_id) == ("[音频存档] a.ppt", "f")
    shared = read(said("voip_doc_share", {"filename": "欧美.pptx", "sdkfileid": "g", "filesize": 9}, voipid="v"))
    assert (shared.text, shared.files[0].size) == ("[音频共享文档] 欧美.pptx", 9)


def test_text_and_pictures_in_one_message_are_one() -> None:
    items = [
        {"type": "text", "content": json.dumps({"content": "看图"})},
        {"type": "image", "content": json.dumps({"sdkfileid": "f", "filesize": 7, "md5sum": "aa"})},
        {"type": "text", "content": "no json"},
        "nonsense",
    ]
    found = read(said("mixed", {"item": items}))
    assert found.text == "看图\n[图片]\nno json"
    assert [file.file_id for file in found.files] == ["f"]


def test_a_forwarded_chat_is_read_line_by_line_and_not_for_ever() -> None:
    inner: dict[str, Any] = {"content": "底"}
    kind = "ChatRecordText"
    for depth in range(9):
        inner = {"title": f"第{depth}层", "item": [{"type": kind, "content": json.dumps(inner), "msgtime": 1}]}
        kind = "chatrecord"
    text = read(said("chatrecord", inner)).text
    assert text.startswith("[聊天记录] 第8层\n[聊天记录] 第7层")
    assert "底" not in text


def test_files_carry_what_is_needed_to_fetch_them() -> None:
    (message,) = parse({"row": said("image", {"md5sum": "ab", "filesize": 2048, "sdkfileid": "file-id"})})
    assert message.attachments == (Attachment("file-id", "image.jpg", "image/jpeg", 2048),)
    assert message.room.kind is RoomKind.DIRECT


@pytest.mark.parametrize("body", [None, [], "text", 7, {"item": 3}, {"content": {"a": 1}}, {"sdkfileid": ["f"]}])
@pytest.mark.parametrize("msgtype", ["text", "image", "mixed", "chatrecord", "vote", "news", "location", "redpacket"])
def test_nonsense_is_read_too(msgtype: str, body: Any) -> None:
    assert isinstance(read(said(msgtype, body)).text, str)
