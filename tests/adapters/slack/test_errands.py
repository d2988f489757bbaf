"""What is done when the bot comes into a channel, and when a link to a record is posted."""

import httpx
import pytest
from sqlmodel import select

from adapters.slack.unfurls import Unfurls
from crm_core.people.tables import AuditEntry
from tests.adapters.slack.desk_scene import PUBLIC_URL, Desk
from tests.fakes.slack.channels import Channel


@pytest.fixture
def fresh(desk: Desk) -> Channel:
    """A channel of Alice and Bob, without the bot so far."""
    return desk.company.world.channel("fresh", desk.company.alice, members=[desk.company.bob])


def invite(desk: Desk, channel: Channel, name: str) -> None:
    company = desk.company
    company.world.join(company.crm, channel, inviter=getattr(company, name))
    desk.settle()


class TestHello:
    def test_who_brought_the_bot_is_told_what_is_kept_and_asked_for_the_customer(
        self, desk: Desk, fresh: Channel
    ) -> None:
        invite(desk, fresh, "alice")
        alice = desk.person("alice")
        shown = alice.sees.latest(fresh)
        assert "What is said in this channel is kept" in shown
        assert "Which customer is this channel about?" in shown
        assert alice.on(fresh).suggest("pick", "acm").labels == ["Acme · Alice"]

    def test_nobody_else_sees_it(self, desk: Desk, fresh: Channel) -> None:
        invite(desk, fresh, "alice")
        assert "is kept" not in desk.person("bob").sees.channel(fresh)

    def test_in_a_shared_channel_it_is_neutral_and_says_that_outsiders_see_nothing(self, desk: Desk) -> None:
        company = desk.company
        channel = company.world.channel("shared-two", company.alice)
        company.world.connect(channel, company.acme, name="home-and-acme")
        company.world.join(company.erin, channel, inviter=company.alice)
        invite(desk, channel, "alice")
        assert "Nobody in this shared channel sees our records" in desk.person("alice").sees.latest(channel)
        assert "CRM" not in desk.person("erin").sees.channel(channel)
        assert "records" not in desk.person("erin").sees.channel(channel)

    def test_a_guest_who_brings_it_is_told_nothing(self, desk: Desk) -> None:
        channel = desk.company.world.channel("guests", desk.company.alice, members=[desk.company.gina])
        invite(desk, channel, "gina")
        assert "is kept" not in desk.person("gina").sees.channel(channel)

    def test_a_picked_customer_is_kept_as_a_command(self, desk: Desk, fresh: Channel) -> None:
        invite(desk, fresh, "alice")
        desk.person("alice").on(fresh).choose("pick", "Acme · Alice", typing="acm")
        assert '"block_id":"link"' in desk.envelopes()[-1].body


class TestLinks:
    """Records that are linked to: in the room for everybody only if everybody there may see them."""

    def post(self, desk: Desk, name: str, channel: Channel, link: str) -> None:
        desk.company.world.say(getattr(desk.company, name), channel, f"see {link}")
        desk.settle()

    def test_among_people_who_are_not_known_it_is_shown_to_the_poster_alone(self, desk: Desk) -> None:
        channel = desk.company.acme_shared
        self.post(desk, "alice", channel, "<https://crm.example.com/c/1>")
        assert "Acme" in desk.person("alice").sees.channel(channel)
        for name in ("bob", "gina", "erin"):
            assert "Owner" not in desk.person(name).sees.channel(channel), name

    def test_who_may_not_see_the_record_is_shown_nothing(self, desk: Desk) -> None:
        channel = desk.company.acme_shared
        self.post(desk, "alice", channel, "<https://crm.example.com/c/3>")
        assert "Secret" not in desk.person("alice").sees.channel(channel)

    @pytest.mark.parametrize("name", ["gina", "erin"])
    def test_guests_and_external_people_are_shown_nothing(self, desk: Desk, name: str) -> None:
        channel = desk.company.acme_shared
        self.post(desk, name, channel, "<https://crm.example.com/c/1>")
        assert "Owner" not in desk.person(name).sees.channel(channel)
        with desk.database.reading() as session:
            assert session.exec(select(AuditEntry).where(AuditEntry.action == "saw preview")).all() == []

    def test_where_the_bot_is_not_it_stays_a_link(self, desk: Desk, fresh: Channel) -> None:
        self.post(desk, "alice", fresh, "<https://crm.example.com/c/1>")
        assert "Owner" not in desk.person("alice").sees.channel(fresh)
        assert "Owner" not in desk.person("alice").sees.channel(desk.person("alice").direct)

    @pytest.mark.parametrize(
        ("url", "reference"),
        [
            ("https://crm.example.com/c/42", "#42"),
            ("https://CRM.example.com/c/42/?utm=1#x", "#42"),
            ("https://crm.example.com/c/x", ""),
            ("https://crm.example.com/c/42/edit", ""),
            ("https://crm.example.com.evil.example/c/42", ""),
            ("https://evil.example/c/42", ""),
            ("https://[bad/c/42", ""),
            ("/c/42", ""),
        ],
    )
    def test_only_our_own_links_lead_to_records(self, desk: Desk, url: str, reference: str) -> None:
        far = desk.program.program.slack
        assert far is not None
        unfurls = Unfurls(desk.core_desk, desk.web, far.platform, PUBLIC_URL)
        assert unfurls.reference(url) == reference
        assert Unfurls(desk.core_desk, desk.web, far.platform, "").reference(url) == ""


def test_the_page_behind_a_link_says_how_to_open_the_record_and_holds_no_data(desk: Desk) -> None:
    with httpx.Client(trust_env=False) as client:
        page = client.get(f"{desk.program.url}/c/1")
        assert page.status_code == 200
        assert "/crm find #1" in page.text
        assert "/crm 查 #1" in page.text
        assert "Acme" not in page.text
        assert client.get(f"{desk.program.url}/c/999999").text.replace("999999", "1") == page.text
        for odd in ("0", "-1", "x", "1" * 30, "<script>"):
            assert client.get(f"{desk.program.url}/c/{odd}").status_code in (404, 422), odd
