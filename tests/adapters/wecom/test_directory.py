"""The company's directory becomes the staff: who is new, moves or leaves; nothing that was set by hand is lost."""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from adapters.wecom.directory import Directory
from adapters.wecom.errors import WeComError
from adapters.wecom.events import event_of
from adapters.wecom.people import Members
from adapters.wecom.transport import Transport
from bot.ports.memory import CoreMemory
from bot.ports.roll import CoreRoll
from bot.threads import Core
from crm_core.address_book import Connection, Person
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.outreach.tables import Delivery
from crm_core.people import staff
from crm_core.people.tables import AuditEntry, Role, Staff, Team
from crm_core.relations import connections
from tests.adapters.watched import Watched
from tests.conftest import NOW
from tests.fakes.wecom.faults import Fault
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample


@dataclass
class Office:
    """The directory of the sample company, read into a database."""

    fake: Fake
    company: Sample
    database: Database
    runner: asyncio.Runner
    opened: list[Transport] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.core = Core(self.database, threads=2)
        self.memory = CoreMemory(self.core, "wecom", self.now)
        self.health = Watched()
        crm = self.company.crm
        self.transport = Transport(
            self.fake.api_url,
            self.company.world.corp_id,
            SecretStr(crm.secret),
            memory=self.memory,
            clock=self.now,
        )
        self.directory = self.of_role(Role.VIEWER)

    def of_role(self, role: Role | None) -> Directory:
        roll = CoreRoll(self.core, "wecom", self.now, role)
        agent = self.company.crm.agent_id
        return Directory(self.transport, agent, roll, self.memory, clock=self.now, health=self.health, settles=0)

    def now(self) -> datetime:
        return self.company.world.clock.utc_now()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def sync(self) -> None:
        self.run(self.directory.sync())

    def add(self, name: str, userid: str, role: Role = Role.SALES, team: str = "") -> None:
        with self.database.writing() as session:
            staff.add(session, name, role=role, team=team, handle=("wecom", userid), now=NOW)

    def staff(self) -> dict[str, tuple[Role, str, bool]]:
        """Role, team and whether active, by name."""
        with self.database.reading() as session:
            teams = {team.id: team.name for team in session.exec(select(Team))}
            return {
                one.name: (one.role, teams.get(one.team_id or 0, ""), one.active) for one in session.exec(select(Staff))
            }

    def trail(self) -> list[tuple[str, str]]:
        with self.database.reading() as session:
            entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
            return [(one.action, str(one.details.get("account", ""))) for one in entries]


@pytest.fixture
def office(sqlite_database: Database) -> Iterator[Office]:
    company = sample()
    with wecom(company.world) as fake, asyncio.Runner() as runner:
        office = Office(fake, company, sqlite_database, runner)
        yield office
        runner.run(office.transport.close())
        office.core.close()


def test_members_come_in_as_viewers_with_their_team_and_leaders_as_managers(office: Office) -> None:
    office.company.sales.leaders.append("Bob")
    office.sync()
    assert office.staff() == {
        "Alice": (Role.VIEWER, "销售部", True),
        "Bob": (Role.MANAGER, "销售部", True),
        "Charlie": (Role.VIEWER, "财务部", True),
    }
    assert office.trail() == [("joined", "alice"), ("joined", "Bob"), ("joined", "charlie")]


@pytest.mark.parametrize(("role", "expected"), [(Role.SALES, {Role.SALES}), (None, set())])
def test_as_what_they_come_in_is_a_setting(office: Office, role: Role | None, expected: set[Role]) -> None:
    office.run(office.of_role(role).sync())
    assert {each for each, _, _ in office.staff().values()} == expected


def test_what_was_set_by_hand_stays_until_the_directory_moves_somebody(office: Office) -> None:
    office.add("Alice A.", "ALICE", Role.ADMIN, team="By hand")
    office.sync()
    assert office.staff()["Alice A."] == (Role.ADMIN, "By hand", True)
    office.company.world.move(office.company.alice, office.company.world.departments[3])
    office.sync()
    assert office.staff()["Alice A."] == (Role.ADMIN, "财务部", True)
    assert office.trail()[-1] == ("moved team", "alice")


def test_who_was_known_by_the_account_alone_gets_their_name(office: Office) -> None:
    office.company.alice.name = "张明"
    office.add("alice", "alice", Role.ADMIN)
    office.sync()
    assert office.staff()["张明"][0] is Role.ADMIN
    assert "alice" not in office.staff()


def test_two_of_one_name_are_two(office: Office) -> None:
    office.company.bob.name = office.company.alice.name = "张明"
    office.sync()
    assert {"张明", "张明 (Bob)"} <= set(office.staff())


def test_teams_of_one_name_are_told_apart(office: Office) -> None:
    world = office.company.world
    east, west = world.team("East"), world.team("West")
    world.move(office.company.alice, world.team("Sales", east))
    world.move(office.company.bob, world.team("Sales", west))
    office.sync()
    assert (office.staff()["Alice"][1], office.staff()["Bob"][1]) == ("East/Sales", "West/Sales")


def test_who_left_is_of_the_staff_no_more_and_their_manager_hears_of_the_customers(office: Office) -> None:
    office.company.sales.leaders.append("Bob")
    office.sync()
    with office.database.writing() as session:
        alice = staff.named(session, "Alice")
        session.add(Customer(name="Acme", name_key="acme", owner_id=alice.id, created_at=NOW, updated_at=NOW))
    office.company.world.leave(office.company.alice)
    office.sync()
    office.sync()
    assert not office.staff()["Alice"][2]
    assert [action for action, _ in office.trail()].count("left") == 1
    with office.database.reading() as session:
        assert [row.body["notice"] for row in session.exec(select(Delivery))] == ["staff_left"]


def test_who_is_only_out_of_sight_stays(office: Office) -> None:
    office.sync()
    office.company.crm.visible = {"alice"}
    office.sync()
    assert office.staff()["Bob"][2]


def test_who_comes_back_is_of_the_staff_again(office: Office) -> None:
    office.sync()
    office.company.world.leave(office.company.alice)
    office.sync()
    office.company.alice.left_at = 0
    office.sync()
    assert office.staff()["Alice"] == (Role.VIEWER, "销售部", True)
    assert office.trail()[-1] == ("returned", "alice")


def test_who_was_switched_off_here_stays_so(office: Office) -> None:
    office.sync()
    with office.database.writing() as session:
        staff.change(session, staff.named(session, "Bob"), active=False)
    office.company.bob.name = "Robert"
    office.sync()
    assert not office.staff()["Bob"][2]


def test_the_last_administrator_stays(office: Office) -> None:
    office.add("Alice", "alice", Role.ADMIN)
    office.sync()
    office.company.world.leave(office.company.alice)
    office.sync()
    assert office.staff()["Alice"][2]


def test_another_userid_is_the_same_person(office: Office) -> None:
    office.sync()
    fields = {"Event": "change_contact", "ChangeType": "update_user", "UserID": "charlie", "NewUserID": "charles"}
    office.company.charlie.userid = "charles"
    office.run(office.directory.attend(event_of(fields, office.now())))
    office.sync()
    assert list(office.staff()) == ["Alice", "Bob", "Charlie"]
    assert office.staff()["Charlie"][2]


def test_an_outage_changes_nothing(office: Office) -> None:
    office.sync()
    before = office.staff()
    for path in ("department/list", "user/list"):
        office.fake.world.faults.add(path, Fault("error", code=60011))
        with pytest.raises(WeComError):
            office.sync()
    assert office.staff() == before


def test_a_change_is_read_soon_and_one_node_reads_at_a_start(office: Office) -> None:
    async def work() -> None:
        await office.directory.start()
        second = office.of_role(Role.VIEWER)
        await second.start()
        await office.health.changed.wait()
        office.health.changed.clear()
        assert len(office.staff()) == 3
        office.company.world.staff_member("dana", "Dana", team=office.company.sales)
        fields = {"Event": "change_contact", "ChangeType": "create_user", "UserID": "dana"}
        await office.directory.attend(event_of(fields, office.now()))
        await office.health.changed.wait()
        assert "Dana" in office.staff()
        await office.directory.stop()
        await second.stop()

    office.run(work())
    reads = [entry for entry in office.fake.journal.of("request") if entry["path"] == "department/list"]
    assert len(reads) == 2


def test_whom_messages_name_is_known_by_name(office: Office) -> None:
    members = Members(office.transport, office.memory, office.now)
    office.run(members.learn(["alice", "nobody"]))
    assert (members.name("Alice"), members.name("nobody"), members.name("bob")) == ("Alice", "", "")


def test_customers_who_waited_for_somebody_who_joins_get_their_owner(office: Office) -> None:
    seen = [(Person("wmZhao", "赵六"), Connection("alice", NOW))]
    with office.database.writing() as session:
        connections.saw(session, "wecom", seen, read_at=NOW, now=NOW, country="CN")
    office.sync()
    with office.database.reading() as session:
        customer = session.exec(select(Customer)).one()
        assert customer.owner_id is not None
        assert session.get_one(Staff, customer.owner_id).name == "Alice"
