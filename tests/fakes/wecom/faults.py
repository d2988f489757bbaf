"""How a call goes wrong the way WeCom and what lies before it go wrong."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "html",
    "page",
    "empty",
    "cut",
    "slow",
    "drip",
    "hang",
    "drop",
    "garbage",
    "string",
    "busy",
    "frequency",
    "error",
    "redirect",
]


@dataclass(frozen=True)
class Fault:
    """`kind`: html (an outage page with `status`), page (HTML with 200), empty (200 without a body), cut (half of the
    JSON), slow (the answer after `seconds` of the wall's time), drip (the same, byte by byte), hang (no answer until
    the caller leaves), drop (connection cut), garbage (bytes that are no UTF-8), string (errcode as one), busy (-1),
    frequency (45009 until `seconds` of the fake's time are over), error (`code`), redirect (302 to `location`).

    `after`: the call takes effect first, only its answer is lost or spoilt. busy, frequency and error never take
    effect; slow, drip and string always do. Endpoints are named by their path: "message/send", "gettoken".
    """

    kind: Kind
    after: bool = False
    status: int = 502
    seconds: float = 60
    code: int = -1
    location: str = "/moved"
