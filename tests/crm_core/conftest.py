"""The cast: Alice sells; Bob, on her team, sees the team's customers; Charlie sells elsewhere and must not see."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from crm_core.people import staff, viewer
from crm_core.people.tables import Role, Scope, Staff
from crm_core.people.viewer import Viewer

#: Wednesday, 2026-11-18 10:20 in Shanghai.
NOW = datetime(2026, 11, 18, 2, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Viewers, each with the `Staff` row of the same person under `staff`."""

    alice: Viewer
    bob: Viewer
    charlie: Viewer
    boss: Viewer
    admin: Viewer
    intern: Viewer
    staff: dict[str, Staff]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def cast(session: Session) -> Cast:
    """The cast, in a database of each kind."""
    return hired(session)


@pytest.fixture
def cast_sqlite(sqlite_session: Session) -> Cast:
    """The cast, for tests to which the kind of the database does not matter."""
    return hired(sqlite_session)


def hired(session: Session) -> Cast:
    """Team East: Alice (sales, her own), Bob (sales, the team's), Boss (manager), Intern (viewer); West: Charlie."""
    people = {
        "Alice": (Role.SALES, "East", None),
        "Bob": (Role.SALES, "East", Scope.TEAM),
        "Boss": (Role.MANAGER, "East", None),
        "Intern": (Role.VIEWER, "East", None),
        "Charlie": (Role.SALES, "West", None),
        "Admin": (Role.ADMIN, "", None),
    }
    members = {}
    for name, (role, team, scope) in people.items():
        member = staff.add(session, name, role=role, now=NOW, team=team, handle=("console", name.lower()))
        members[name.lower()] = staff.change(session, member, scope=scope)
    viewers = {
        name: viewer.of_staff(session, member, timezone="Asia/Shanghai", language="zh")
        for name, member in members.items()
    }
    return Cast(staff=members, **viewers)
