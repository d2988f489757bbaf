"""Who sees and may do what."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from crm_core.database import Database
from crm_core.errors import NotAllowed
from crm_core.people import staff, viewer
from crm_core.people.tables import Role, Scope
from crm_core.people.viewer import RIGHTS, SCOPES, Right
from tests.crm_core.conftest import Cast


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """The kind of the database does not matter here."""
    with sqlite_database.writing() as session:
        yield session


def test_a_rep_sees_own_customers_and_the_pool(cast: Cast) -> None:
    assert cast.alice.owners == frozenset({cast.staff["alice"].id})
    assert cast.alice.sees(cast.staff["alice"].id)
    assert cast.alice.sees(None)
    assert not cast.alice.sees(cast.staff["bob"].id)
    assert not cast.charlie.sees(cast.staff["alice"].id)


def test_a_manager_and_whoever_has_the_scope_sees_the_team(cast: Cast) -> None:
    east = frozenset(cast.staff[name].id for name in ("alice", "bob", "boss", "intern"))
    assert cast.boss.owners == cast.bob.owners == cast.intern.owners == east
    assert not cast.boss.sees(cast.staff["charlie"].id)


def test_an_administrator_and_a_token_see_everything(cast: Cast) -> None:
    token = viewer.of_token("website", Role.SALES, timezone="UTC", language="en")
    assert cast.admin.owners is token.owners is None
    assert token.sees(12345)
    assert token.staff_id is None


def test_a_scope_of_ones_own_goes_before_that_of_the_role(session: Session, cast: Cast) -> None:
    for scope, sees_charlie in ((Scope.ALL, True), (Scope.TEAM, False), (Scope.OWN, False), (None, False)):
        boss = staff.change(session, cast.staff["boss"], scope=scope)
        seen = viewer.of_staff(session, boss, timezone="UTC", language="en")
        assert seen.sees(cast.staff["charlie"].id) is sees_charlie
        assert seen.sees(cast.staff["alice"].id) is (scope is not Scope.OWN)


def test_a_team_of_one_without_a_team_is_oneself(session: Session, cast: Cast) -> None:
    boss = staff.change(session, cast.staff["boss"], team="")
    assert viewer.of_staff(session, boss, timezone="UTC", language="en").owners == frozenset({boss.id})


def test_who_moves_to_another_team_sees_that_one(session: Session, cast: Cast) -> None:
    boss = staff.change(session, cast.staff["boss"], team="West")
    moved = viewer.of_staff(session, boss, timezone="UTC", language="en")
    assert moved.owners == frozenset({boss.id, cast.staff["charlie"].id})


def test_the_customers_of_who_left_the_company_stay_visible_to_the_team(session: Session, cast: Cast) -> None:
    staff.change(session, cast.staff["alice"], active=False)
    boss = viewer.of_staff(session, cast.staff["boss"], timezone="UTC", language="en")
    assert boss.sees(cast.staff["alice"].id)


def test_a_viewer_reads_masked_and_has_no_other_right(cast: Cast) -> None:
    assert [right for right in Right if cast.intern.may(right)] == [Right.READ]
    assert not cast.intern.sees_sensitive(cast.staff["alice"].id)
    assert not cast.intern.sees_sensitive(None)
    assert cast.bob.sees_sensitive(cast.staff["alice"].id)
    assert not cast.charlie.sees_sensitive(cast.staff["alice"].id)
    with pytest.raises(NotAllowed, match="right_missing") as refused:
        cast.intern.require(Right.WRITE)
    assert refused.value.details == {"right": "write"}


def test_only_an_administrator_administers(cast: Cast) -> None:
    assert [name for name in ("alice", "boss", "admin", "intern") if getattr(cast, name).may(Right.ADMIN)] == ["admin"]


def test_every_role_has_its_rights_and_its_scope() -> None:
    assert set(RIGHTS) == set(SCOPES) == set(Role)
    assert all(Right.READ in rights for rights in RIGHTS.values())


def test_the_zone_and_the_language_are_ones_own_or_the_bots(session: Session, cast: Cast) -> None:
    alice = cast.staff["alice"]
    seen = viewer.of_staff(session, alice, timezone="UTC", language="en")
    assert (seen.timezone, seen.language) == ("UTC", "en")
    staff.change(session, alice, timezone="Asia/Tokyo", language="zh")
    seen = viewer.of_staff(session, alice, timezone="UTC", language="en")
    assert (seen.timezone, seen.language) == ("Asia/Tokyo", "zh")
