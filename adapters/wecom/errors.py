"""What WeCom refuses, and what to do about it: the advice of its page "全局错误码" as data.

A refusal comes with HTTP 200 and `errcode`; the text beside it changes and is never compared, shown or logged. An
outage comes as 5xx, as a page of HTML with 200, as nothing at all.
"""

from enum import StrEnum

from crm_core.chat import DeliveryError


class Remedy(StrEnum):
    """What to do when a call fails.

    refresh: the token is too old, get a new one. retry: soon again, a few times. wait: too many calls, nothing of this
    kind until the window ends. configure: nothing works until an administrator mends it in the console. gone: no such
    person or customer for us. fix: our own mistake. late: over, or used up. refused: its words are not allowed.
    reconcile: there was no answer, it may have happened. give_up: a refusal nobody explained.
    """

    REFRESH = "refresh"
    RETRY = "retry"
    WAIT = "wait"
    CONFIGURE = "configure"
    GONE = "gone"
    FIX = "fix"
    LATE = "late"
    REFUSED = "refused"
    RECONCILE = "reconcile"
    GIVE_UP = "give_up"


#: What to do → the codes.
_TABLE: dict[Remedy, tuple[int, ...]] = {
    Remedy.REFRESH: (40001, 40014, 42001),
    Remedy.RETRY: (-1, 6000, 41063, 45033, 846609),
    Remedy.WAIT: (45009,),
    Remedy.CONFIGURE: (40013, 40056, 41001, 41004, 43009, 43012, 48002, 50003, 60020, 301002, 301042, 301052, 301053,
                       853000),
    Remedy.GONE: (40003, 40096, 50002, 60011, 60111, 81013, 82001, 84061, 84074, 84084, 610004, 701008, 846607),
    Remedy.FIX: (40007, 40008, 40035, 40058, 40063, 40068, 40071, 40072, 41047, 41064, 41065, 45002, 45029, 81017,
                 82002, 82003),
    Remedy.LATE: (41050, 41051, 41093, 41094, 41096, 95001, 95002, 95007, 95013, 95018, 846605, 846608),
    Remedy.REFUSED: (40201,),
}  # fmt: skip

#: Code → what to do. A code that is not listed is a refusal for good.
REMEDIES: dict[int, Remedy] = {code: remedy for remedy, codes in _TABLE.items() for code in codes}

#: What was refused like this is refused again.
FOR_GOOD = frozenset({Remedy.FIX, Remedy.GONE, Remedy.REFUSED, Remedy.GIVE_UP, Remedy.LATE})

#: The call that fetches a token: there is nothing to refresh when its secret is wrong.
TOKEN_PATH = "gettoken"  # noqa: S105


class WeComError(Exception):
    """A call that failed. Holds no token, no secret, no address and nothing of what was sent.

    `errcode`: WeCom's, None when it gave none; then `reason` is `http_<status>`, `no_answer`, `unreachable`,
    `unreadable` or, of a file, `too_long`. `what_to_do`: from the table unless told. `unknown`: it may have happened
    all the same. `retry_after`: seconds to wait.
    """

    def __init__(
        self,
        errcode: int | None = None,
        *,
        path: str,
        what_to_do: Remedy | None = None,
        unknown: bool = False,
        reason: str = "",
        retry_after: float | None = None,
    ) -> None:
        self.reason = reason or f"errcode {errcode}"
        super().__init__(f"{path}: {self.reason}")
        self.errcode = errcode
        self.path = path
        self.what_to_do = what_to_do or remedy_of(errcode, path)
        self.unknown = unknown
        self.retry_after = retry_after


def remedy_of(errcode: int | None, path: str = "") -> Remedy:
    """What to do about this code; about no code, that is no answer, see what became of the call."""
    if errcode is None:
        return Remedy.RECONCILE
    remedy = REMEDIES.get(errcode, Remedy.GIVE_UP)
    if remedy is Remedy.REFRESH and path == TOKEN_PATH:
        return Remedy.CONFIGURE
    return remedy


#: Seconds until a message is tried again: what was busy, what somebody has to mend, what gave no answer.
_LATER = {
    Remedy.REFRESH: 60.0,
    Remedy.RETRY: 10.0,
    Remedy.WAIT: 60.0,
    Remedy.CONFIGURE: 300.0,
    Remedy.RECONCILE: 10.0,
}


def undelivered(error: WeComError) -> DeliveryError:
    """What a failed call means for the message it carried.

    Nothing is given up because the app is not set up well: somebody mends that, and then it goes out.
    """
    if error.unknown:
        return DeliveryError(str(error), unknown=True)
    wait = _LATER.get(error.what_to_do)
    if wait is None:
        return DeliveryError(str(error), permanent=True)
    return DeliveryError(str(error), retry_after=wait if error.retry_after is None else error.retry_after)
