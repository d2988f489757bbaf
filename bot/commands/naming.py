"""How a customer is named inside a command: "#12", a name, "他", or nothing right after a card."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlmodel import col, select

from bot import cards
from bot.commands.choosing import OFFERED, choice, unknown
from bot.commands.command import Detour, Turn
from bot.language import grammar
from bot.language.phrases import naming as phrases
from crm_core.customers import find as finding
from crm_core.customers import names, records
from crm_core.customers.find import Hit
from crm_core.customers.matches import SURE, Match
from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer, OtherName
from crm_core.errors import NotFound

#: Longest name read at the beginning of a text, in characters and in words.
_LONGEST = 60
_WORDS = 3
#: Fewer letters are no beginning of a name inside a command: "we" and "he" are words of their own.
_BEGUN = 3

_REFERENCE = re.compile(r"[#＃]\s*(\d{1,18})(?!\d)")
_PRONOUN = re.compile(
    r"(?:这个客户|这位客户|该客户|这个人|这家公司|这位|此人|他们|她们|[他她它])(?:的)?|"
    r"(?:this (?:customer|client|company|person)|him|her|his|them|their|its|it)\b(?:'s)?",
    re.IGNORECASE,
)
_HONORIFIC = re.compile(
    r"[\u4e00-\u9fff]{1,3}?(?:总监|总经理|经理|总|老师|先生|女士|小姐|老板|主任|主管|工程师|工|博士|医生|律师|哥|姐)"
)
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_POSSESSIVE = re.compile(r"(?:的(?![\u4e00-\u9fff]{0,2}士)|['’]s\b)\s*")
_BETWEEN = re.compile(r"[\s,，;；:：=＝、]")


@dataclass(frozen=True)
class Named:
    """The customer meant, and what the text says after the name."""

    customer: Customer
    rest: str


@dataclass(frozen=True)
class Found:
    """Customers a name stands for, the likeliest first.

    `clear`: the first is meant. `sure`: it is named in full. `near`: these are only similar names.
    """

    customers: Sequence[Customer]
    clear: bool = False
    sure: bool = False
    near: bool = False


def named(
    turn: Turn,
    word: str,
    text: str,
    *,
    glued: bool = False,
    nameless: Callable[[str], bool] = lambda _rest: False,
    but: Collection[int] = (),
) -> Named:
    """The customer whose name `text` begins with, or whom the last answer in this room was about.

    `word` is the word of the command being run; when the name is ambiguous the choices offered are "`word` #id rest".
    `glued`: what follows may stand right after the name ("张三今天…"). `nameless`: whether this text may stand without
    a name when the talk is about a customer already; an empty text always may. `but`: customers who are named already
    and are not meant once more by a name that others have too.
    Raises `Detour` with a list to choose from, or with an offer to create the customer;
    `NotFound("customer_not_found")` for an unknown #id.
    """
    text = text.strip()
    if not text and turn.subject_id is None:
        raise turn.refusal(phrases.WHO, word=word)
    apart = turn.subject_id is not None and nameless(text)
    found = named_or_none(turn, word, text, glued=glued, in_full=apart, but=but) if text else None
    if found is not None:
        return found
    if turn.subject_id is not None and (not text or (apart and not _names_somebody(text))):
        return Named(records.get(turn.session, turn.subject_id, viewer=turn.viewer), text)
    name, rest = _first_word(text)
    near = [one for one in look(turn, name).customers if one.id not in but]
    raise Detour(unknown(turn, name, near, again=f"{word} {{}} {rest}".strip()))


def named_or_none(
    turn: Turn, word: str, text: str, *, glued: bool = False, in_full: bool = False, but: Collection[int] = ()
) -> Named | None:
    """Like `named`, but None when the text begins with nobody's name.

    `in_full`: a part of a name is none, unless a colon sets it apart.
    """
    direct = _referred(turn, text)
    if direct is not None:
        return direct
    for name, rest in _readings(turn, text, glued=glued):
        found = _look_inside(turn, name)
        if found.customers and not found.near and (found.sure or not in_full or _is_head(text, name)):
            return _chosen(turn, word, name, _others(found, but), rest)
    return None


def _others(found: Found, but: Collection[int]) -> Found:
    """Without those who are named already, unless the name is theirs alone."""
    first = found.customers[0]
    if not found.clear:
        others = [one for one in found.customers if one.id not in but]
    elif first.id in but:
        others = [one for one in found.customers if one.id not in but and one.name_key == first.name_key]
    else:
        return found
    return replace(found, customers=others, clear=len(others) == 1) if others else found


def _is_head(text: str, name: str) -> bool:
    head, sign, _ = _parted_by_colon(text)
    return bool(sign) and head == name


def named_alone(turn: Turn, word: str, text: str) -> Customer:
    """The customer whom the whole text names. Raises like `named`."""
    meant = named(turn, word, text)
    if meant.rest:
        found = look(turn, text)
        if not found.clear or found.near:
            raise Detour(unknown(turn, text, found.customers, again=f"{word} {{}}"))
        return found.customers[0]
    return meant.customer


def look(turn: Turn, name: str) -> Found:
    """Whom a name stands for, among the customers this viewer may see."""
    return _found(finding.find(turn.session, _bounded(name), viewer=turn.viewer, now=turn.now, limit=2 * OFFERED))


def _look_inside(turn: Turn, name: str) -> Found:
    """Like `look`, for a name inside a command: a tag does not stand for whoever carries it."""
    hits = finding.find(
        turn.session, _bounded(name), viewer=turn.viewer, now=turn.now, limit=2 * OFFERED, shortest=_BEGUN
    )
    return _found([hit for hit in hits if hit.match is not Match.TAG])


def _bounded(name: str) -> str:
    return name[: names.LONGEST]


def _found(hits: Sequence[Hit]) -> Found:
    best = finding.best(hits)
    ordered = sorted(hits, key=lambda hit: best is None or hit.customer.id != best.id)
    return Found(
        customers=[hit.customer for hit in ordered],
        clear=best is not None,
        sure=bool(hits) and ordered[0].match in SURE | {Match.TITLE},
        near=bool(hits) and all(hit.match is Match.SIMILAR for hit in hits),
    )


def is_name(turn: Turn, text: str) -> bool:
    """Whether the whole text is the name of a customer whom this viewer may see."""
    return 0 < len(text) <= _LONGEST and _exact(turn, text, glued=False) == len(text)


def begins_with_pronoun(text: str) -> bool:
    """Whether the text begins with "他" or "him"."""
    return _PRONOUN.match(text.strip()) is not None


def _referred(turn: Turn, text: str) -> Named | None:
    """ "#12" or a pronoun at the beginning."""
    reference = _REFERENCE.match(text)
    if reference is not None:
        found = records.get(turn.session, int(reference[1]), viewer=turn.viewer)
        return Named(found, _after(text, reference.end()))
    pronoun = _PRONOUN.match(text)
    if pronoun is not None and turn.subject_id is not None:
        found = records.get(turn.session, turn.subject_id, viewer=turn.viewer)
        return Named(found, _after(text, pronoun.end()))
    return None


def _readings(turn: Turn, text: str, *, glued: bool) -> Iterator[tuple[str, str]]:
    """The ways to part a text into a name and the rest, the likeliest first."""
    head, sign, tail = _parted_by_colon(text)
    if sign:
        yield head, tail
    exact = _exact(turn, text, glued=glued)
    if exact:
        yield text[:exact], _after(text, exact)
    tokens = list(re.finditer(r"[^\s,，;；:：=＝、]+", text[:_LONGEST]))
    for count in range(min(_WORDS, len(tokens)), 1, -1):
        if all(token.group().isascii() for token in tokens[:count]):
            yield "".join(token.group() for token in tokens[:count]), _after(text, tokens[count - 1].end())
    if tokens:
        bare = re.sub(r"(?:的|['’]s)$", "", tokens[0].group())
        yield bare or tokens[0].group(), _after(text, tokens[0].end())
    honorific = _HONORIFIC.match(text)
    if honorific is not None:
        yield honorific.group(), _after(text, honorific.end())


def _parted_by_colon(text: str) -> tuple[str, str, str]:
    """Parts at the first colon that is not part of a time ("10:30") and follows something short."""
    sign = re.search(r"(?<!\d)[:：]|[:：](?!\d)", text[:_LONGEST])
    if sign is None or not text[: sign.start()].strip():
        return "", "", text
    return text[: sign.start()].strip(), sign.group(), text[sign.end() :].strip()


def _exact(turn: Turn, text: str, *, glued: bool) -> int:
    """Where the longest whole name at the beginning of the text ends; 0 for none."""
    ends: dict[str, int] = {}
    for end in range(1, min(len(text), _LONGEST) + 1):
        if _may_end(text, end, glued=glued):
            ends[names.matching_form(text[:end])] = end
    ends.pop("", None)
    session, keys = turn.session, list(ends)
    known = select(Customer.name_key).where(visible(turn.viewer), col(Customer.name_key).in_(keys))
    also = (
        select(OtherName.name_key)
        .join(Customer, col(Customer.id) == OtherName.customer_id)
        .where(visible(turn.viewer), col(OtherName.name_key).in_(keys))
    )
    return max((ends[key] for key in (*session.exec(known), *session.exec(also))), default=0)


def _may_end(text: str, end: int, *, glued: bool) -> bool:
    if end == len(text) or _BETWEEN.match(text[end]) or _POSSESSIVE.match(text, end):
        return True
    return glued and (_CHINESE.match(text[end - 1]) is not None or _CHINESE.match(text[end]) is not None)


def _names_somebody(text: str) -> bool:
    """Whether the text sets a short word apart with a colon, as only a name is."""
    head, sign, _ = _parted_by_colon(text)
    return bool(sign) and len(head) <= 4 and _CHINESE.match(head) is not None


def _first_word(text: str) -> tuple[str, str]:
    head, sign, tail = _parted_by_colon(text)
    if sign and len(head) <= 20:
        return head, tail
    first = re.match(r"[^\s,，;；:：=＝、]+", text)
    name = first.group() if first is not None else text
    return name[: names.LONGEST], _after(text, len(name))


def _after(text: str, end: int) -> str:
    possessive = _POSSESSIVE.match(text, end)
    return grammar.rest_after(text[possessive.end() if possessive else end :])


def _chosen(turn: Turn, word: str, name: str, found: Found, rest: str) -> Named:
    if found.clear:
        return Named(found.customers[0], rest)
    title = turn.say(phrases.SEVERAL, name=cards.shortened(name, 40))
    raise Detour(choice(turn, title, found.customers, again=f"{word} {{}} {rest}".strip()))


def may_see(turn: Turn, customer_id: int) -> bool:
    """Whether the customer is there and visible to the viewer."""
    try:
        records.get(turn.session, customer_id, viewer=turn.viewer)
    except NotFound:
        return False
    return True
