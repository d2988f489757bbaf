"""While outgoing messages are held nothing is sent, and everything goes on being planned."""

from datetime import timedelta

from crm_core.outreach import holding
from tests.conftest import NOW
from tests.scheduler.conftest import Office


def hold(office: Office) -> None:
    with office.database.writing() as session:
        holding.hold(session, holding.Held(NOW, NOW + timedelta(hours=2)))


def release(office: Office, *, unsure: bool) -> None:
    with office.database.writing() as session:
        holding.release(session, unsure=unsure, now=office.clock.now, country="CN")


def test_nothing_goes_out_until_an_administrator_has_decided(office: Office) -> None:
    office.remind("给王五回电话")
    office.remind("寄样品", due_at=NOW + timedelta(hours=4))
    hold(office)
    office.clock.forward(hours=5)
    office.tick()
    office.run(office.lanes.pump("console"))
    assert office.said("alice") == []

    release(office, unsure=False)
    office.tick()
    [said] = office.said("alice")
    assert "寄样品" in said


def test_everything_goes_out_when_that_is_wanted(office: Office) -> None:
    office.remind("给王五回电话")
    hold(office)
    office.clock.forward(hours=5)
    office.tick()
    release(office, unsure=True)
    office.tick()
    assert len(office.said("alice")) == 1
