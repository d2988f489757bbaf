"""How far the archive is read, against the days the platform keeps it. Pure functions and values."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from crm_core.chat import Document

#: So long the platform keeps a row. Older texts say 3 days; what is lost sooner is told sooner.
KEPT = timedelta(days=5)
#: Administrators are told when less than so much is left.
WARN_LEFT = timedelta(days=3)


@dataclass(frozen=True)
class Reading:
    """`seq`: the greatest number that is kept. `complete_at`: everything said until then is kept; None: never yet."""

    seq: int = 0
    complete_at: datetime | None = None

    @classmethod
    def of(cls, document: Document | None) -> Self:
        if document is None:
            return cls()
        at = document.get("complete_at")
        return cls(int(document["seq"]), datetime.fromisoformat(at) if at else None)

    def document(self) -> Document:
        return {"seq": self.seq, "complete_at": self.complete_at.isoformat() if self.complete_at else None}

    def up_to(self, seq: int) -> Self:
        return replace(self, seq=max(seq, self.seq))

    def complete(self, at: datetime) -> Self:
        return replace(self, complete_at=max(at, self.complete_at or at))

    def behind(self, now: datetime) -> timedelta | None:
        """What was said longer ago than this is kept; None: not known before it was complete once."""
        return None if self.complete_at is None else max(now - self.complete_at, timedelta())

    def left(self, now: datetime) -> timedelta | None:
        """Until something is lost; nothing is left when it is."""
        behind = self.behind(now)
        return None if behind is None else max(KEPT - behind, timedelta())
