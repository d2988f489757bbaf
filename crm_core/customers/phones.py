"""Phones: any way of writing one → E.164, and back to a form for people."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crm_core.errors import Invalid
from crm_core.text.tidying import one_line

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_LONGEST = 60
_FLOAT = re.compile(r"(\d{7,15})\.0+")
_SCIENTIFIC = re.compile(r"(\d(?:\.\d+)?)e\+?(\d{1,2})", re.IGNORECASE)
_WRITTEN = re.compile(
    r"(?P<number>\+?[\d ()./\-–—]+?)(?: *(?:转|轉|分机|ext\.?|extension|x|#) *(?P<extension>\d{1,8}))?", re.IGNORECASE
)
_LABELS = re.compile(r"^(?:tel|phone|mobile|电话|手机|手機|電話)[:：. ]+", re.IGNORECASE)


@dataclass(frozen=True)
class Phone:
    """`number` in E.164 (`+8613800138812`); `extension` digits, often empty."""

    number: str
    extension: str = ""


def parse(text: str, country: str) -> Phone:
    """Read a phone; without a country code it is one of `country` (ISO 3166, "CN").

    Numbers that come out of a spreadsheet as `15048530186.0` are read; rounded ones (`1.505E+10`) are refused.
    Raises `Invalid("phone_invalid")`.
    """
    plain = _LABELS.sub("", one_line(text)) if len(text) <= _LONGEST else text
    written = _WRITTEN.fullmatch(_whole(plain)) if len(plain) <= _LONGEST else None
    number = _valid(written["number"], country) if written else None
    if written is None or number is None:
        raise Invalid("phone_invalid", text=plain[:40])
    return Phone(number, written["extension"] or "")


def shown(number: str) -> str:
    """An E.164 number for people: `13800138812`, `021 6234 5678`, `+1 415-555-2671`."""
    import phonenumbers

    parsed = _read(number, None)
    if parsed is None:
        return number
    if parsed.country_code != 86:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return re.sub(r"\D", "", national) if _is_mobile(parsed) else national


def masked(number: str) -> str:
    """`138****8812` for a Chinese mobile, else the country code and the last four: `+1****2671`."""
    parsed = _read(number, None)
    if parsed is None:
        return "****"
    national = str(parsed.national_number)
    tail = national[-4:] if len(national) >= 8 else national[-2:]
    return f"{national[:3]}****{tail}" if _is_mobile(parsed) else f"+{parsed.country_code}****{tail}"


def _whole(text: str) -> str:
    found = _FLOAT.fullmatch(text)
    if found:
        return found[1]
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific is None:
        return text
    digits, exponent = scientific[1].replace(".", ""), int(scientific[2])
    return str(int(Decimal(text))) if exponent <= 14 and len(digits) in {exponent, exponent + 1} else ""


def _valid(text: str, country: str) -> str | None:
    import phonenumbers

    number = _read(text, country)
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _read(text: str, country: str | None) -> "PhoneNumber | None":
    import phonenumbers

    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None


def _is_mobile(number: "PhoneNumber") -> bool:
    national = str(number.national_number)
    return number.country_code == 86 and len(national) == 11 and national.startswith("1")
