"""What is left of a text when its time is taken out: the title of a reminder."""

import re
from collections.abc import Sequence

_STARTS = re.compile(
    r"^(?:[\s,，。、:：;；.!！?？)）—-]+|(?:请|麻烦你?|帮我|帮忙|到时候?|记得|别忘了?|不要忘记"
    r"|设(?:个|置|一个)?提醒|定个?(?:提醒|闹钟)|(?:创建|添加|新建|加)(?:一个|个)?提醒"
    r"|提醒我们?一?下?|提醒一下我?|提醒(?=[\s,，:：]|$)|叫我|通知我|的时候|左右|那天|要(?![求点紧是素么命])|需要)"
    r"|(?:please|can you|could you|would you|remind (?:me|us)(?: to| about| that| of)?"
    r"|set (?:up )?(?:a |an )?(?:reminder|alarm)(?: to| for| about| that)?"
    r"|(?:add|create) (?:a |an )?reminder(?: to| for| about| that)?|reminder(?: to| for| about)?"
    r"|don'?t forget(?: to| about)?|remember to"
    r"|i need to|i have to|i must|schedule(?: an?| the)?|ping me(?: to| about)?|notify me(?: to"
    r"| about)?|nudge me(?: to| about)?|tell me to"
    r"|to|that|about|and|at|on|by)(?=[\s,:]|$))",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:[\s,，。、:：;；(（—-]+|(?:请?(?:再|要)?(?:提醒|叫|通知)我们?(?:一下|一声)?(?:[吧哦啊呀]"
    r"|好吗|行吗)?|请?提醒一下|好吗|行吗|吧|谢谢你?|在|于|等到?|的时候)"
    r"|(?<![A-Za-z'])(?:(?:please )?remind (?:me|us)|please|thanks|thank you|at|on|by|in|for|to|from"
    r"|before|until|the|and|every|around|starting))$",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")


def without(text: str, places: Sequence[tuple[int, int]]) -> str:
    """The text without these places."""
    pieces, position = [], 0
    for start, end in sorted(places):
        pieces.append(text[position:start])
        position = max(position, end)
    pieces.append(text[position:])
    return " ".join(pieces)


def tidy(text: str) -> str:
    """Without the words that only ask for a reminder, and without loose punctuation."""
    text = _joined(_SPACES.sub(" ", text).strip())
    while (shorter := _ENDS.sub("", _STARTS.sub("", text))) != text:
        text = shorter
    return text


def _joined(text: str) -> str:
    """No space is left where two Chinese words met."""
    return re.sub(r"(?<=[\u4e00-\u9fff，。、；：]) (?=[\u4e00-\u9fff，。、；：])", "", text)
