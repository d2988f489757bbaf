"""Who comes or goes changes at once who reads in a channel."""

import pytest

from adapters.slack.envelopes import to_body
from adapters.slack.files import Files
from adapters.slack.payload import Payloads
from adapters.slack.people import People
from adapters.slack.rooms import Rooms
from tests.adapters.slack.office import Known, Office


def payloads(office: Office) -> Payloads:
    clock = office.scene.clock.utc_now

    nowhere = Known()
    people = People(office.web, nowhere, office.memory, clock)
    rooms, files = Rooms(office.web, office.memory, clock), Files(office.web, clock)
    return Payloads(nowhere, people, rooms, files, roster_changed=office.slack.roster_changed)


@pytest.mark.parametrize("kind", ["member_joined_channel", "member_left_channel"])
def test_a_roster_is_asked_for_anew_when_somebody_comes_or_goes(office: Office, kind: str) -> None:
    sales, carol = office.scene.sales, office.scene.world.user("carol", office.scene.home)
    office.run(office.slack.roster(sales.id))
    office.scene.world.join(carol, sales)
    event = {"type": kind, "user": carol.id, "channel": sales.id}
    office.run(payloads(office).acquaint([to_body("event", {"event": event})]))
    assert carol.id in {sender.platform_id for sender in office.run(office.slack.roster(sales.id))}


@pytest.mark.parametrize("event", [None, {"type": "member_left_channel"}])
def test_an_event_without_a_channel_harms_nobody(office: Office, event: object) -> None:
    office.run(payloads(office).acquaint([to_body("event", {"event": event})]))
