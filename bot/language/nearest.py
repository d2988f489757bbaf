"""The command word or name nearest to a mistyped one: by letters, or by how it sounds (题醒, tixing → 提醒)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.language import grammar
from crm_core.customers.names import matching_form
from crm_core.text.pinyin import fuzzy, syllables

#: A short text that begins with one of these is a name, however much it sounds like a command (李四, 历史).
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴"
    "崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)
_DIGITS = re.compile("[0-9]+")
_FIRST = re.compile(r"[a-z]+|[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Nearest:
    """A command word, and the text with it in place of the mistyped one."""

    word: str
    text: str


def nearest(text: str, words: Iterable[str]) -> Nearest | None:
    """The word that the text's first word was most likely meant to be, or None."""
    folded = grammar.fold(text)
    first = _FIRST.match(folded)
    if first is None or (len(folded) <= 3 and folded[0] in _SURNAMES):
        return None
    alone = not grammar.rest_after(folded[first.end() :])
    distances = [(_distance(first.group(), word, alone=alone), -len(word), word) for word in words]
    close = min((found for found in distances if found[0] is not None), default=None)
    if close is None:
        return None
    word = close[2]
    typed = len(first.group()) if first.group().isascii() else len(word)
    return Nearest(word, f"{word} {grammar.rest_after(text[typed:])}".strip())


def resembling(name: str, known: Iterable[str]) -> list[str]:
    """Those of the known names that this one may be a slip of, the nearest first: Alcie → Alice, 张山 → 张三.

    Names that differ in a number are different names (Sales 1, Sales 2).
    """
    slips = [(_slips(matching_form(name), matching_form(other)), other) for other in known]
    return [other for errors, other in sorted((errors, other) for errors, other in slips if errors is not None)]


def _slips(typed: str, name: str) -> int | None:
    if _DIGITS.findall(typed) != _DIGITS.findall(name):
        return None
    if not typed.isascii():
        return 1 if _sound(typed) == _sound(name) or sorted(typed) == sorted(name) else None
    errors = OSA.distance(typed, name)
    return errors if errors <= (0 if len(name) < 4 else 1 if len(name) < 7 else 2) else None


def _distance(typed: str, word: str, *, alone: bool) -> int | None:
    """0: sounds the same; else the number of typing errors; None: too far. `alone`: nothing stands behind it."""
    if typed.isascii() and not word.isascii():
        return None if alone or "".join(syllables(word)) != typed else 0
    if word.isascii() is not typed.isascii() or " " in word:
        return None
    if not word.isascii():
        return _distance_in_chinese(typed[: len(word)], word)
    if len(word) < 3 or typed[0] != word[0]:
        return None
    errors = OSA.distance(typed, word, score_cutoff=2)
    return errors if errors <= (1 if len(word) < 6 else 2) else None


def _distance_in_chinese(typed: str, word: str) -> int | None:
    if len(word) < 2 or len(typed) < len(word):
        return None
    if _sound(typed) == _sound(word):
        return 0
    return 1 if len(word) > 1 and sorted(typed) == sorted(word) else None


def _sound(text: str) -> str:
    """Pinyin without tones, and without the differences that many people do not hear or type."""
    return fuzzy("".join(syllables(text)))
