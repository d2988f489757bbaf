"""Killed at any instant, no customer is in two tasks of one broadcast, and none is forgotten."""

from collections.abc import Iterator

import pytest

from crm_core.customers.tables import Customer, Identity
from crm_core.database import Database
from crm_core.outreach.tables import DeliveryState, TaskState
from crm_core.relations.tables import Relation
from crm_core.tags import tags
from tests.adapters.wecom.tasks.campaign import Campaign, campaigning
from tests.fakes.wecom.judge import Judge
from tests.lives import KILLED, Lives

#: Longer than a lease, in seconds.
_LATER = 330


class Mortals(Lives):
    """Lives of the work over one database."""

    def live(self, campaign: Campaign, *, die: str = "") -> int:
        """One life; how it ended: 0 when all that was due was done."""
        return self.begin(
            {
                "die": die,
                "now": campaign.clock.now(),
                "url": campaign.database.url,
                "api_url": campaign.fake.api_url,
                "corp_id": campaign.company.world.corp_id,
                "secret": campaign.company.contact.secret,
            }
        )


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    mortals = Mortals("tests.adapters.wecom.tasks.mortal_tasks")
    yield mortals
    mortals.end()


def finish(mortals: Mortals, campaign: Campaign) -> None:
    """Lives without an end, until every member has their task; one may leave work for the next."""
    for _ in range(5):
        campaign.fake.advance(_LATER)
        assert mortals.live(campaign) == 0
        if set(campaign.states()) <= {TaskState.WAITING, TaskState.CANCELLED}:
            return


def require_once(campaign: Campaign, broadcast_id: int, customers: int) -> None:
    """Everybody is in one task, ours are those that are there, and everybody is reached when they are confirmed."""
    assert set(campaign.had().values()) == {1}
    assert len(campaign.had()) == customers
    assert {task.msgid for task in campaign.tasks()} == set(campaign.fake.world.broadcasts)
    assert set(campaign.states()) == {TaskState.WAITING}
    Judge(campaign.fake.world).require_clean()
    world = campaign.fake.world
    for task in campaign.tasks():
        world.confirm(task.msgid, world.staff[task.sender])
    campaign.go(_LATER)
    assert campaign.counts(broadcast_id) == {DeliveryState.SENT: customers}


#: Claiming two tasks, asking for each, writing down each, each before and after.
INSTANTS = tuple(
    f"{side} {what} {number}"
    for what, most in (("write", 3), ("call", 2))
    for number in range(1, most + 1)
    for side in ("before", "after")
)


@pytest.mark.parametrize("instant", INSTANTS)
def test_whenever_it_is_killed_every_customer_is_in_one_task(
    mortals: Mortals, sqlite_database: Database, instant: str
) -> None:
    with campaigning(sqlite_database) as campaign:
        broadcast_id = campaign.send()
        assert mortals.live(campaign, die=instant) == KILLED
        finish(mortals, campaign)
        require_once(campaign, broadcast_id, customers=3)


@pytest.mark.parametrize("instant", ["before call 1", "after call 1", "after call 2"])
def test_killed_while_it_is_taken_back_it_is_taken_back_afterwards(
    mortals: Mortals, sqlite_database: Database, instant: str
) -> None:
    with campaigning(sqlite_database) as campaign:
        broadcast_id = campaign.send()
        assert mortals.live(campaign, die="after call 1") == KILLED
        campaign.cancel(broadcast_id)
        campaign.fake.advance(_LATER)
        assert mortals.live(campaign, die=instant) == KILLED
        finish(mortals, campaign)
        assert set(campaign.states()) == {TaskState.CANCELLED}
        assert campaign.had() == {}
        assert campaign.counts(broadcast_id) == {DeliveryState.CANCELLED: 3}


def test_killed_five_times_every_customer_of_many_is_in_one_task(mortals: Mortals, database: Database) -> None:
    with campaigning(database) as campaign:
        customers = grow(campaign, members=4, customers=37)
        broadcast_id = campaign.send()
        for instant in ("after call 1", "after write 4", "before call 3", "after call 2", "after write 2"):
            assert mortals.live(campaign, die=instant) == KILLED
            campaign.fake.advance(_LATER)
        finish(mortals, campaign)
        assert len(campaign.tasks()) == 6
        require_once(campaign, broadcast_id, customers)


def grow(campaign: Campaign, *, members: int, customers: int) -> int:
    """More members, and customers divided among them; how many there are in all."""
    world, now = campaign.fake.world, campaign.now()
    staff = [world.staff_member(f"member{number}", team=campaign.company.sales) for number in range(members)]
    with campaign.database.writing() as session:
        viewer = campaign.viewer(session)
        owners = [campaign.hire(session, member) for member in staff]
        for number in range(customers):
            far, member, owner = world.customer(f"c{number}"), staff[number % members], owners[number % members]
            world.befriend(member, far)
            one = Customer(name=far.name, name_key=far.name, owner_id=owner.id, created_at=now, updated_at=now)
            session.add(one)
            session.flush()
            tags.add(session, one, ["VIP"], viewer=viewer, now=now)
            account = Identity(
                platform="wecom", platform_user_id=far.external_userid, customer_id=one.id, first_seen_at=now
            )
            session.add(account)
            session.flush()
            session.add(
                Relation(platform="wecom", member=member.userid, identity_id=account.id, since=now, known_at=now)
            )
    return customers + 3
