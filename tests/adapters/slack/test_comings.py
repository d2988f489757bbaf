"""Who comes or goes changes at once who reads in a channel."""

import pytest

from adapters.slack.errands import Comings
from crm_core.chat import Document
from tests.adapters.slack.office import Office


@pytest.mark.parametrize("kind", ["member_joined_channel", "member_left_channel"])
def test_a_roster_is_asked_for_anew_when_somebody_comes_or_goes(office: Office, kind: str) -> None:
    sales, carol = office.scene.sales, office.scene.world.user("carol", office.scene.home)
    attended: list[Document] = []

    async def then(payload: Document) -> None:
        attended.append(payload)

    office.run(office.slack.roster(sales.id))
    office.scene.world.join(carol, sales)
    payload = {"event": {"type": kind, "user": carol.id, "channel": sales.id}}
    office.run(Comings(office.slack.roster_changed, then).attend(payload))
    assert carol.id in {sender.platform_id for sender in office.run(office.slack.roster(sales.id))}
    assert attended == [payload]


@pytest.mark.parametrize("payload", [{}, {"event": None}, {"event": {"type": "member_left_channel"}}])
def test_an_event_without_a_channel_harms_nobody(office: Office, payload: Document) -> None:
    office.run(Comings(office.slack.roster_changed).attend(payload))
