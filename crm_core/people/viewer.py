"""Who is looking, and what they may see and do.

Every function that reads or writes customer data takes a `Viewer`. Owners decide: a customer belongs to its owner; one
without an owner is in the pool, which every member of staff may see.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, select

from crm_core.errors import NotAllowed
from crm_core.people.tables import Role, Scope, Staff


class Right(StrEnum):
    READ = "read"
    WRITE = "write"
    ASSIGN = "assign"
    BROADCAST = "broadcast"
    IMPORT = "import"
    EXPORT = "export"
    ADMIN = "admin"


_SALES = frozenset({Right.READ, Right.WRITE, Right.ASSIGN, Right.BROADCAST, Right.IMPORT, Right.EXPORT})

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.MANAGER: _SALES,
    Role.SALES: _SALES,
    Role.VIEWER: frozenset({Right.READ}),
}

SCOPES: dict[Role, Scope] = {
    Role.ADMIN: Scope.ALL,
    Role.MANAGER: Scope.TEAM,
    Role.SALES: Scope.OWN,
    Role.VIEWER: Scope.TEAM,
}


@dataclass(frozen=True)
class Viewer:
    """`owners`: ids of the staff whose customers are visible; None: everybody's. `staff_id` None: an API token."""

    staff_id: int | None
    name: str
    role: Role
    owners: frozenset[int] | None
    timezone: str = "Asia/Shanghai"
    language: str = "zh"

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """Raise `NotAllowed` unless the role carries this right."""
        if not self.may(right):
            raise NotAllowed("right_missing", right=right)

    def sees(self, owner_id: int | None) -> bool:
        """Whether customers of this owner are visible; None is the pool."""
        return owner_id is None or self.owners is None or owner_id in self.owners

    def sees_sensitive(self, owner_id: int | None) -> bool:
        """Whether phones, e-mails, addresses and sensitive fields are shown in full."""
        return self.role is not Role.VIEWER and self.sees(owner_id)


def of_staff(session: Session, staff: Staff, *, timezone: str, language: str) -> Viewer:
    """The viewer a staff member is; `timezone` and `language` are the bot's, used where they have none of their own."""
    return Viewer(
        staff_id=staff.id,
        name=staff.name,
        role=staff.role,
        owners=_owners(session, staff),
        timezone=staff.timezone or timezone,
        language=staff.language or language,
    )


def of_token(name: str, role: Role, *, timezone: str, language: str) -> Viewer:
    """The viewer an API token is: it belongs to no person, so it sees everything its role may do."""
    return Viewer(staff_id=None, name=name, role=role, owners=None, timezone=timezone, language=language)


def _owners(session: Session, staff: Staff) -> frozenset[int] | None:
    scope = staff.scope or SCOPES[staff.role]
    if scope is Scope.ALL:
        return None
    if scope is Scope.TEAM and staff.team_id is not None:
        members = session.exec(select(Staff.id).where(Staff.team_id == staff.team_id)).all()
        return frozenset(members) | {staff.id}
    return frozenset({staff.id})
