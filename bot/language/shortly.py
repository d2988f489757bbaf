"""Short answers to a question of the bot: "2", "第二个", "好", "no"."""

import re

from bot.language import grammar

YES = "yes"
NO = "no"
#: What a yes to something that is to be sent may be called as well.
SEND = "send"
#: The answer that stands for any free text.
ANYTHING = "*"
#: The answer that stands for a file without words.
FILE = "file"
#: No answer, but the question that waits for one, in words.
QUESTION = "question"

_YES = re.compile(
    r"是|是的|对|对的|好|好的|好啊|可以|行|嗯|确认|确定|同意|没错|y|yes|yep|yeah|ok|okay|sure|confirm|confirmed|👍|✅"
)
_NO = re.compile(
    r"否|不|不是|不要|不用|不用了|不行|不对|不了|算了|取消|别|n|no|nope|cancel|stop it|never mind|nevermind|👎|❌"
)
_SEND = re.compile(r"(?:确认|现在|马上)?发(?:送|出|出去)?吧?|(?:please )?send(?: it| now| it now)?")
_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_ENDING = ".!。~, "
_CHOICE = re.compile(
    r"(?:选|第|no\.? ?|number |option |the )?(\d{1,2}|[一二两三四五六七八九十]|first|second|third|fourth|fifth)"
    r"(?: one)?(?:个|位|条|号|项|\.|、)?"
)


def answer_of(text: str) -> str | None:
    """A number ("2"), "yes" or "no", when the whole text is such an answer; else None."""
    folded = grammar.fold(text).strip().rstrip(_ENDING)
    if _YES.fullmatch(folded):
        return YES
    if _NO.fullmatch(folded):
        return NO
    choice = _CHOICE.fullmatch(folded)
    if choice is None:
        return None
    digit = choice.group(1)
    number = int(digit) if digit.isdecimal() else _NUMERALS.get(digit) or _ORDINALS[digit]
    return str(number)


def is_send(text: str) -> bool:
    """Whether the whole text is a word for sending: an answer only where something waits to be sent."""
    return _SEND.fullmatch(grammar.fold(text).strip().rstrip(_ENDING)) is not None
