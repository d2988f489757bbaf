"""A new customer out of a line of words in any order: a name, then what each word looks like or is called."""

import re
from dataclasses import dataclass, field

from bot.commands.command import Turn
from bot.commands.fieldwords import Leading, leading
from crm_core.customers import stages
from crm_core.customers.records import Draft
from crm_core.customers.tables import CustomerKind

_KIND = re.compile(
    r"(?:(?P<company>公司|企业|company\b|organi[sz]ation\b)|(?P<person>客户|联系人|个人|customer\b|contact\b|person\b|client\b))"
    r"(?![:：=＝])[\s:：]*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\s,，、;；]+|[,，、;；\n]")
_SEPARATORS = frozenset(",，、;；\n")
_PHONE = re.compile(r"[+＋(（]?\d[\d\-－() （）]{5,}\d")
_EMAIL = re.compile(r"[^\s@＠]+[@＠][^\s@＠]+\.[A-Za-z]{2,}")
_AT_COMPANY = re.compile(r"([^\s@＠.]+)[@＠]([^\s@＠.]+)")
_TIER = re.compile(r"[ABCabcＡＢＣ](?:级|类|级客户|类客户)|[ABC]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.&'’-]*")
#: Fields whose value is one word; the others take words until the next field or separator.
_SHORT = frozenset({"stage", "tier", "email", "birthday", "language", "timezone", "kind", "opted_out"})


@dataclass
class _Sheet:
    """What is known so far. `plain`: words that are nothing else, in groups that stood together."""

    kind: CustomerKind = CustomerKind.PERSON
    plain: list[list[str]] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Drafted:
    """A draft, the note that came with it, and the words that fit nowhere."""

    draft: Draft
    note: str = ""
    left_over: str = ""


def drafted(turn: Turn, text: str) -> Drafted:
    """Read a line such as "张三 13800138000 Acme #VIP" or "公司 Acme 电话 021-62345678"."""
    sheet = _Sheet()
    kind = _KIND.match(text)
    if kind is not None and text[kind.end() :].strip():
        sheet.kind = CustomerKind.COMPANY if kind["company"] else CustomerKind.PERSON
        text = text[kind.end() :]
    _read(turn, sheet, _WORD.findall(_joined_phones(text)))
    return _finished(sheet)


def _joined_phones(text: str) -> str:
    """The text with phones written in groups ("138 0013 8000") in one piece."""
    return _PHONE.sub(lambda match: re.sub(r"[\s()（）]", "", match.group()), text)


def _read(turn: Turn, sheet: _Sheet, words: list[str]) -> None:
    fresh = True
    while words:
        word = words.pop(0)
        if word in _SEPARATORS:
            fresh = True
            continue
        called = leading(turn, word) if sheet.plain or ":" in word or "：" in word or "=" in word else None
        if called is not None and _is_called(called):
            _take_field(turn, sheet, called, words)
            fresh = True
        elif _looks_like(sheet, word, words):
            fresh = True
        else:
            _take_plain(sheet, word, fresh=fresh)
            fresh = False


def _is_called(called: Leading) -> bool:
    return called.apart or bool(_PHONE.fullmatch(called.rest) or _EMAIL.fullmatch(called.rest))


def _take_field(turn: Turn, sheet: _Sheet, called: Leading, words: list[str]) -> None:
    value = [called.rest] if called.rest else []
    while words and words[0] not in _SEPARATORS and not (value and called.field in _SHORT):
        following = leading(turn, words[0])
        if value and ((following is not None and following.apart) or _is_contact(words[0])):
            break
        value.append(words.pop(0))
    _put(sheet, called.field, " ".join(value))


def _put(sheet: _Sheet, name: str, value: str) -> None:
    several = {"phone": sheet.phones, "email": sheet.emails, "address": sheet.addresses}
    if name in several:
        several[name].append(value)
    elif name == "tags":
        sheet.tags.extend(part for part in re.split(r"[\s#＃]+", value) if part)
    elif name == "kind":
        sheet.kind = stages.parse_kind(value)
    else:
        sheet.values[name] = value


def _is_contact(word: str) -> bool:
    return word[0] in "#＃" or bool(_PHONE.fullmatch(word) or _EMAIL.fullmatch(word))


def _looks_like(sheet: _Sheet, word: str, following: list[str]) -> bool:
    """Take a word that shows by itself what it is."""
    if word[0] in "#＃":
        sheet.tags.extend(part for part in re.split("[#＃]", word) if part)
    elif _EMAIL.fullmatch(word):
        sheet.emails.append(word)
    elif _PHONE.fullmatch(word):
        sheet.phones.append(word)
    elif not sheet.plain:
        return _takes_at_company(sheet, word)
    elif _TIER.fullmatch(word) and not (following and _LATIN.fullmatch(following[0])):
        sheet.values["tier"] = word
    elif stages.stage_of(word) is not None:
        sheet.values["stage"] = word
    else:
        return False
    return True


def _takes_at_company(sheet: _Sheet, word: str) -> bool:
    """ "张三@Acme" """
    at = _AT_COMPANY.fullmatch(word)
    if at is None:
        return False
    sheet.plain.append([at[1]])
    sheet.values["company"] = at[2]
    return True


def _take_plain(sheet: _Sheet, word: str, *, fresh: bool) -> None:
    """Latin words that stand together are one name, and so is all of a company's."""
    together = sheet.plain and not fresh
    if together and (sheet.kind is CustomerKind.COMPANY or _both_latin(sheet.plain[-1][-1], word)):
        sheet.plain[-1].append(word)
    else:
        sheet.plain.append([word])


def _both_latin(before: str, word: str) -> bool:
    return _LATIN.fullmatch(before) is not None and _LATIN.fullmatch(word) is not None


def _finished(sheet: _Sheet) -> Drafted:
    values, plain = dict(sheet.values), [" ".join(group) for group in sheet.plain]
    name = values.pop("name", "") or (plain.pop(0) if plain else "")
    for free in ("company", "position"):
        if plain and _is_word(plain[0]) and free not in values and sheet.kind is CustomerKind.PERSON:
            values[free] = plain.pop(0)
    note = values.pop("note", "")
    draft = Draft(
        name=name,
        kind=sheet.kind,
        phones=sheet.phones,
        emails=sheet.emails,
        addresses=sheet.addresses,
        tags=sheet.tags,
        company=values.pop("company", ""),
        position=values.pop("position", ""),
        stage=values.pop("stage", None),
        tier=values.pop("tier", None),
        birthday=values.pop("birthday", None),
        source=values.pop("source", ""),
        owner=values.pop("owner", None),
        timezone=values.pop("timezone", ""),
        language=values.pop("language", ""),
        custom=values,
    )
    return Drafted(draft, note, " ".join(plain))


def _is_word(text: str) -> bool:
    return any(letter.isalpha() for letter in text)
