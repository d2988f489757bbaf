"""Words to fall back on where a text names the customer and everybody gets the same words."""

import re

from crm_core.outreach.templates import VARIABLES

_NAMES = "|".join(word for word, variable in VARIABLES.items() if variable == "name")
_NAME = re.compile(rf"\{{\s*({_NAMES})\s*\}}", re.IGNORECASE)
_CHINESE = re.compile("[\u4e00-\u9fff，。！？]")
_STOP = re.compile(r"\s*[，,：:！!。、；;]")
#: A name is part of these: no other word can stand there.
_TITLE = re.compile(
    r"\s*(?:先生|女士|小姐|太太|夫人|老师|经理|主任|老板|医生|教授|院长|校长|局长|处长|科长|董事长|师傅|同学"
    r"|阿姨|叔叔|博士|律师|部长|主管|书记|总监|工程师|[哥姐董]|总(?![是共部体结计算之有会能要在]))"
)
_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss|dr|prof)\.?\s*$", re.IGNORECASE)
_HONOURED = re.compile(r"(?:尊敬|敬爱|亲爱)的(\w*)\s*$")
_GREETED = re.compile(r"(?:[您你]好|大家好)(\s*[，,]?)\s*$")
_SALUTED = re.compile(r"\b(?:hi|hello|hey|morning|afternoon|evening)[\s,]*$", re.IGNORECASE)


def filled_in(text: str) -> str:
    """The text with such words in each `{name}` that has none; "" where no word can stand in place of the name."""
    places = list(_NAME.finditer(text))
    if any(_TITLE.match(text, place.end()) or _TITLED.search(text[: place.start()]) for place in places):
        return ""
    word = _chinese if _CHINESE.search(_NAME.sub("", text)) else _english
    return _NAME.sub(lambda place: f"{{{place[1]}|{word(text[: place.start()], text[place.end() :])}}}", text)


def _chinese(before: str, after: str) -> str:
    """ "尊敬的{name|客户}：", "亲爱的朋友{name|}：", "{name|}您好", "您好{name|}，", "{name|您}好",
    "{name|尊敬的客户}，…"."""
    if honoured := _HONOURED.search(before):
        return "" if honoured[1] else "客户"
    greeted = _GREETED.search(before)
    if after.lstrip()[:1] in ("您", "你") or (greeted and not (greeted[1].strip() and _STOP.match(after))):
        return ""
    return "尊敬的客户" if _STOP.match(after) else "您"


def _english(before: str, after: str) -> str:
    """ "Hello {name|there},", "{name|Hello}, …", "Dear {name|friend}"."""
    if not before.strip() and after[:1] == ",":
        return "Hello"
    return "there" if _SALUTED.search(before) else "friend"
