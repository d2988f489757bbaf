"""Members of staff: who they are, where they are reached, who may change what about them."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from crm_core.database import Database
from crm_core.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.people import staff
from crm_core.people.tables import Role, Scope
from tests.crm_core.conftest import NOW, Cast


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """The kind of the database does not matter here."""
    with sqlite_database.writing() as session:
        yield session


def test_a_member_is_found_by_handle_and_by_name(session: Session, cast: Cast) -> None:
    alice = cast.staff["alice"]
    assert staff.by_handle(session, "console", "alice") is alice
    assert staff.by_handle(session, "slack", "alice") is None
    for name in ("Alice", " ALICE ", "@alice", "Ａｌｉｃｅ"):
        assert staff.by_name(session, name) is alice
    for name in ("", "@", "Al", "x" * 100_000):
        assert staff.by_name(session, name) is None
    with pytest.raises(NotFound, match="staff_not_found"):
        staff.named(session, "Al")


def test_a_member_may_have_several_handles_and_a_handle_one_member(session: Session, cast: Cast) -> None:
    alice = cast.staff["alice"]
    staff.add_handle(session, alice, "slack", "U1")
    staff.add_handle(session, alice, "slack", "U1")
    assert staff.by_handle(session, "slack", "U1") is alice
    assert [(handle.platform, handle.platform_user_id) for handle in staff.handles_of(session, alice.id)] == [
        ("console", "alice"),
        ("slack", "U1"),
    ]
    with pytest.raises(Conflict, match="handle_taken") as refused:
        staff.add_handle(session, cast.staff["bob"], "slack", "U1")
    assert refused.value.details == {"name": "Alice"}


def test_two_active_members_do_not_share_a_name(session: Session, cast: Cast) -> None:
    with pytest.raises(Conflict, match="staff_name_taken"):
        staff.add(session, "ALICE", role=Role.SALES, now=NOW)
    staff.change(session, cast.staff["alice"], active=False)
    again = staff.add(session, "Alice", role=Role.SALES, now=NOW)
    assert staff.by_name(session, "Alice") is again
    with pytest.raises(Conflict, match="staff_name_taken"):
        staff.change(session, cast.staff["alice"], active=True)


def test_who_has_left_is_nobody_to_the_bot(session: Session, cast: Cast) -> None:
    staff.change(session, cast.staff["bob"], active=False)
    assert staff.by_handle(session, "console", "bob") is None
    assert staff.by_name(session, "Bob") is None
    assert "Bob" not in [member.name for member in staff.everyone(session)]


def test_everyone_and_the_teams_are_listed_by_name(session: Session, cast: Cast) -> None:
    assert [member.name for member in staff.everyone(session)] == ["Admin", "Alice", "Bob", "Boss", "Charlie", "Intern"]
    assert [team.name for team in staff.teams(session)] == ["East", "West"]
    moved = staff.change(session, cast.staff["alice"], team=" ｗｅｓｔ ")
    assert moved.team_id == cast.staff["charlie"].team_id
    assert staff.change(session, moved, team="").team_id is None


def test_what_does_not_parse_is_refused(session: Session, cast: Cast) -> None:
    for arguments, problem in (
        ({"timezone": "Mars/Olympus"}, "timezone_unknown"),
        ({"timezone": "Asia"}, "timezone_unknown"),
        ({"timezone": "x" * 5000}, "timezone_unknown"),
        ({"language": "tlh"}, "language_unknown"),
        ({"digest_hour": 24}, "hour_invalid"),
        ({"digest_hour": -1}, "hour_invalid"),
    ):
        with pytest.raises(Invalid, match=problem):
            staff.change(session, cast.staff["alice"], **arguments)
    with pytest.raises(Invalid, match="name_empty"):
        staff.add(session, " ", role=Role.SALES, now=NOW)


def test_what_is_left_out_stays_and_none_can_be_said(session: Session, cast: Cast) -> None:
    alice = staff.change(
        session, cast.staff["alice"], scope=Scope.ALL, digest_hour=7, timezone="Asia/Tokyo", language="英文"
    )
    staff.change(session, alice, team="West")
    assert (alice.scope, alice.digest_hour, alice.timezone, alice.language) == (Scope.ALL, 7, "Asia/Tokyo", "en")
    staff.change(session, alice, scope=None, digest_hour=None, timezone="", language="")
    assert (alice.scope, alice.digest_hour, alice.timezone, alice.language) == (None, None, "", "")


def test_everybody_sets_their_own_taste_and_nobody_their_own_rights(session: Session, cast: Cast) -> None:
    alice = cast.staff["alice"]
    staff.change(session, alice, timezone="Asia/Tokyo", language="en", digest_hour=None, by=cast.alice)
    for arguments in ({"role": Role.ADMIN}, {"scope": Scope.ALL}, {"team": "West"}, {"active": False}):
        with pytest.raises(NotAllowed, match="right_missing"):
            staff.change(session, alice, by=cast.alice, **arguments)
    for refused in (cast.bob, cast.boss, cast.intern):
        with pytest.raises(NotAllowed, match="right_missing"):
            staff.change(session, alice, timezone="Asia/Tokyo", by=refused)
        with pytest.raises(NotAllowed, match="right_missing"):
            staff.add(session, "Mallory", role=Role.ADMIN, now=NOW, by=refused)
        with pytest.raises(NotAllowed, match="right_missing"):
            staff.add_handle(session, alice, "slack", "U9", by=refused)
    assert staff.change(session, alice, role=Role.MANAGER, by=cast.admin).role is Role.MANAGER


def test_the_last_administrator_stays(session: Session, cast: Cast) -> None:
    admin = cast.staff["admin"]
    for arguments in ({"role": Role.SALES}, {"active": False}):
        with pytest.raises(Conflict, match="last_admin"):
            staff.change(session, admin, **arguments)
    staff.change(session, cast.staff["boss"], role=Role.ADMIN)
    assert staff.change(session, admin, role=Role.SALES).role is Role.SALES
