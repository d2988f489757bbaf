"""How messages that are no text read in the record. In Chinese, as WeCom's own clients show them."""

import re

NAMES = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "emotion": "[表情]",
    "file": "[文件]",
    "agree": "[同意存档会话内容]",
    "disagree": "[不同意存档会话内容]",
    "revoke": "[撤回消息]",
    "card": "[名片]",
    "location": "[位置]",
    "link": "[链接]",
    "weapp": "[小程序]",
    "chatrecord": "[聊天记录]",
    "todo": "[待办]",
    "vote": "[投票]",
    "collect": "[填表]",
    "redpacket": "[红包]",
    "meeting": "[会议]",
    "calendar": "[日程]",
    "docmsg": "[文档]",
    "news": "[图文]",
    "meeting_voice_call": "[音频存档]",
    "voip_doc_share": "[音频共享文档]",
    "voiptext": "[音视频通话]",
    "sphfeed": "[视频号]",
    "qydiskfile": "[微盘文件]",
    "solitaire": "[接龙]",
    "note": "[笔记]",
    "channels": "[视频号]",
    "menu": "[菜单]",
    "order": "[商品订单]",
    "product": "[商品]",
}
UNKNOWN = "[{type}]"
SECONDS = " {seconds} 秒"
DURATION = "{minutes} 分 {seconds} 秒"

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def labelled(msgtype: str, *parts: str) -> str:
    """The label of the kind, and what belongs to it, a line each after the first."""
    said = [part for part in parts if part]
    return NAMES[msgtype] if not said else f"{NAMES[msgtype]} " + "\n".join(said)


def clean(text: str) -> str:
    """Without control characters; lines and tabs stay."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))
