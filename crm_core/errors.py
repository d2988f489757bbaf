"""Everything the core refuses.

CrmError
├── Refused            what was asked is not acceptable; `problem` names it, `details` fill its sentence
│   ├── Invalid        a value does not parse or is out of bounds
│   ├── Conflict       it collides with what is stored, or changed meanwhile
│   └── Expired        too late (undo, confirmation)
├── NotFound           nothing there, or nothing this viewer may see (the two are never told apart)
└── NotAllowed         the viewer's role does not carry the right

The sentence for people is made at the edge from `problem` and `details` (`bot/language`); `str(error)` is for the log
and holds no customer text.
"""

from typing import ClassVar


class CrmError(Exception):
    """Root of everything the core raises on purpose."""

    kind: ClassVar[str] = "error"

    def __init__(self, problem: str, **details: str | int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.details = details


class Refused(CrmError):
    kind = "refused"


class Invalid(Refused):
    kind = "invalid"


class Conflict(Refused):
    kind = "conflict"


class Expired(Refused):
    kind = "expired"


class NotFound(CrmError):
    kind = "not_found"


class NotAllowed(CrmError):
    kind = "not_allowed"
