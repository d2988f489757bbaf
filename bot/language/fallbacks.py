"""Words to fall back on where a text names the customer and everybody gets the same words."""

import re

_NAME = re.compile(r"\{\s*(name|名字|姓名|称呼)\s*\}", re.IGNORECASE)
_CHINESE = re.compile("[\u4e00-\u9fff，。！？]")
_GREETED = re.compile(r"(?:[您你]好|大家好)[\s,，]*$")
_SALUTED = re.compile(r"\b(?:hi|hello|hey|morning|afternoon|evening)[\s,]*$", re.IGNORECASE)


def filled_in(text: str) -> str:
    """The text with such words in each `{name}` that has none."""
    word = _chinese if _CHINESE.search(_NAME.sub("", text)) else _english
    return _NAME.sub(lambda place: f"{{{place[1]}|{word(text[: place.start()], text[place.end() :])}}}", text)


def _chinese(before: str, after: str) -> str:
    """ "{name|}您好", "您好{name|}", "{name|您}好", "{name|尊敬的客户}，…"."""
    if after[:1] in ("您", "你") or _GREETED.search(before):
        return ""
    return "尊敬的客户" if after[:1] in ("，", ",", "：", "！", "!") else "您"


def _english(before: str, _after: str) -> str:
    return "there" if _SALUTED.search(before) else "friend"
