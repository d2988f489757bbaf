"""Why a customer was found, and what each reason is worth."""

from enum import StrEnum


class Match(StrEnum):
    """Why a customer was found, the surest first."""

    ID = "id"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    OTHER_NAME = "other_name"
    PHONE_TAIL = "phone_tail"
    TITLE = "title"
    START = "start"
    PINYIN = "pinyin"
    SEVERAL = "several"
    PART = "part"
    EMAIL_START = "email_start"
    COMPANY = "company"
    INITIALS = "initials"
    TAG = "tag"
    SIMILAR = "similar"


#: Surely the one that was meant, if there is only one such.
SURE = frozenset({Match.ID, Match.PHONE, Match.EMAIL, Match.NAME, Match.OTHER_NAME})

#: Points of each.
WORTH = {
    Match.ID: 200.0, Match.PHONE: 110.0, Match.EMAIL: 110.0, Match.NAME: 100.0, Match.OTHER_NAME: 96.0,
    Match.PHONE_TAIL: 80.0, Match.TITLE: 66.0, Match.START: 60.0, Match.PINYIN: 52.0, Match.SEVERAL: 55.0,
    Match.PART: 50.0, Match.EMAIL_START: 46.0, Match.COMPANY: 44.0, Match.INITIALS: 48.0, Match.TAG: 42.0,
    Match.SIMILAR: 20.0,
}  # fmt: skip
