"""The text of a segment → tokens. Full-width signs are read as their plain ones; positions count from 1."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from crm_core.errors import Invalid
from crm_core.tags.expression import AND_WORDS, NOT_WORDS, OR_WORDS
from crm_core.text.tidying import one_line

#: Longest text of a segment, in characters.
LONGEST = 1000


class Kind(StrEnum):
    AND = "&"
    OR = "|"
    NOT = "!"
    OPEN = "("
    CLOSE = ")"
    COMPARE = ":"
    WORD = "word"
    QUOTED = "quoted"
    END = "end"


@dataclass(frozen=True)
class Token:
    kind: Kind
    text: str
    at: int


_PLAIN_SIGNS = str.maketrans("＆｜！（）：＜＞＝≤≥≠　【】", "&|!():<>=≤≥≠ ()")
_SIGNS = re.compile(r"&&|\|\||!=|<>|<=|>=|==|[&|!():<>=≤≥≠]")
_COMPARING = {"=": ":", "==": ":", ":": ":", "≤": "<=", "≥": ">=", "≠": "!=", "<>": "!="}
_QUOTES = {'"': '"', "'": "'", "“": "”", "”": "”", "‘": "’", "「": "」", "『": "』", "＂": "＂"}
_WORD_ENDS = re.compile(r"[\s&|!():<>=≤≥≠" + re.escape("".join({*_QUOTES, *_QUOTES.values()} - {"'", "’"})) + "]")
_CHINESE_OPERATORS = re.compile(r"(并且|而且|或者|且|或)")


def tokens(text: str, known: Callable[[str], bool]) -> Iterator[Token]:
    """The tokens of the text, `END` last. `known` names are not searched for Chinese operators inside them.

    Raises `Invalid`: `segment_too_long`, `segment_syntax_quote`.
    """
    if len(text) > LONGEST:
        raise Invalid("segment_too_long", limit=LONGEST)
    plain = text.translate(_PLAIN_SIGNS)
    at = 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        found = list(_next(plain, at, known))
        yield from (token for token, _ in found)
        at = found[-1][1]
    yield Token(Kind.END, "", len(text) + 1)


def _next(plain: str, at: int, known: Callable[[str], bool]) -> Iterator[tuple[Token, int]]:
    """The tokens that begin here, each with where the next one begins."""
    sign = _SIGNS.match(plain, at)
    if sign:
        yield _sign(sign[0], at), sign.end()
    elif plain[at] in _QUOTES or plain[at] in _QUOTES.values():
        yield _quoted(plain, at)
    else:
        end = next((found.start() for found in [_WORD_ENDS.search(plain, at)] if found), len(plain))
        for token in _words(plain[at:end], at, known):
            yield token, end


def _sign(sign: str, at: int) -> Token:
    if sign in _COMPARING or sign in {"<", ">", "<=", ">=", "!="}:
        return Token(Kind.COMPARE, _COMPARING.get(sign, sign), at + 1)
    return Token(Kind(sign[0]), sign, at + 1)


def _quoted(plain: str, at: int) -> tuple[Token, int]:
    closing = _QUOTES.get(plain[at])
    end = plain.find(closing, at + 1) if closing else -1
    if end < 0:
        raise Invalid("segment_syntax_quote", at=at + 1)
    return Token(Kind.QUOTED, one_line(plain[at + 1 : end]), at + 1), end + 1


def _words(run: str, at: int, known: Callable[[str], bool]) -> Iterator[Token]:
    """A run without spaces or signs: one word, or Chinese words with operators between them (VIP且非流失)."""
    if _operator(run) or known(run):
        yield _word(run, at)
        return
    for part in _CHINESE_OPERATORS.split(run):
        if part.startswith("非") and len(part) > 1 and not known(part):
            yield Token(Kind.NOT, "非", at + 1)
            yield _word(part[1:], at + 1)
        elif part:
            yield _word(part, at)
        at += len(part)


def _word(text: str, at: int) -> Token:
    return Token(_operator(text) or Kind.WORD, text, at + 1)


def _operator(text: str) -> Kind | None:
    word = text.casefold()
    if word in AND_WORDS:
        return Kind.AND
    if word in OR_WORDS:
        return Kind.OR
    return Kind.NOT if word in NOT_WORDS else None
