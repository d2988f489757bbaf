"""When WeCom may be asked again after it said "too many calls".

A block lasts as long as its window, a minute or an hour, and the refusal does not say which.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.wecom.errors import WeComError

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_LIMITED = 45009


class Windows:
    """By the path of the call."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._shut: dict[str, tuple[datetime, timedelta]] = {}

    def require_open(self, path: str) -> None:
        """Raises `WeComError` with the seconds that are left, without asking."""
        if path in self._shut:
            left = (self._shut[path][0] - self._clock()).total_seconds()
            if left > 0:
                raise WeComError(_LIMITED, path=path, retry_after=left)

    def shut(self, path: str) -> float:
        """Refused: for a minute at first; refused again right after it, then for an hour. The seconds.

        Calls that were under way together are refused together, and that counts once.
        """
        now = self._clock()
        until, _ = self._shut.get(path, (now, _MINUTE))
        if until <= now:
            window = _HOUR if path in self._shut else _MINUTE
            until = now + window
            self._shut[path] = (until, window)
        return (until - now).total_seconds()

    def open(self, path: str) -> None:
        """Taken."""
        self._shut.pop(path, None)
