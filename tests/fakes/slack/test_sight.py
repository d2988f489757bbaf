"""What people read: names instead of ids where they may know them, and what is theirs alone."""

import pytest
from slack_sdk import WebClient

from tests.fakes.slack import render
from tests.fakes.slack.errors import Json
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample
from tests.fakes.slack.sight import Sight

NAMES = {"U1": "alice", "C1": "sales"}


def named(some_id: str) -> str:
    return NAMES.get(some_id, "")


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("a &lt; b &amp; c", "a < b & c"),
        ("<@U1> in <#C1>", "@alice in #sales"),
        ("<@U9|erin> and <@U9>", "@erin and <@U9>"),
        ("<https://crm.example.com/c/42|Acme>", "Acme (https://crm.example.com/c/42)"),
        ("<mailto:a@acme.example|a@acme.example>", "a@acme.example"),
        ("<!date^1763700000^{date_short}|21 Nov>", "21 Nov"),
        ("<!here> look", "@here look"),
    ],
)
def test_texts_are_read_with_their_names_and_dates(raw: str, read: str) -> None:
    assert render.text(raw, named) == read


def test_blocks_are_read_line_by_line() -> None:
    text = {"type": "plain_text", "text": "Acme"}
    button = {"type": "button", "action_id": "open", "text": {"type": "plain_text", "text": "Open"}}
    rich = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": "hi "}, {"type": "user", "user_id": "U1"}],
    }
    body: list[Json] = [
        {"type": "header", "text": text},
        {"type": "section", "text": {"type": "mrkdwn", "text": "by <@U1>"}, "accessory": button},
        {"type": "section", "fields": [text, text]},
        {"type": "divider"},
        {"type": "context", "elements": [text, {"type": "image", "alt_text": "logo", "image_url": "https://x"}]},
        {"type": "rich_text", "elements": [rich]},
        {"type": "image", "alt_text": "a chart", "image_url": "https://x"},
    ]
    assert render.blocks(body, named) == [
        "# Acme",
        "by @alice",
        "[Open]",
        "Acme",
        "Acme",
        "---",
        "(Acme · logo)",
        "hi @alice",
        "a chart",
    ]


def test_a_thread_stands_below_its_root_and_a_whisper_is_seen_by_one(fake: Fake, company: Sample) -> None:
    world = company.world
    root = world.say(company.erin, company.acme_shared, "Q3 quote?")
    world.say(company.alice, company.acme_shared, "later")
    world.say(company.bob, company.acme_shared, "sent", thread=root)
    web = WebClient(token=company.crm.token, base_url=fake.api_url)
    web.chat_postEphemeral(channel=company.acme_shared.id, user=company.alice.id, text="stage: offer")
    alice, erin, charlie = (Sight(world, one) for one in (company.alice, company.erin, company.charlie))
    seen = [line.split(" ", 1)[1] for line in alice.channel(company.acme_shared).splitlines()[-4:]]
    assert seen[0] == "erin: Q3 quote?"
    assert seen[1].endswith("bob: sent")
    assert seen[2:] == ["alice: later", "(only you) crm: stage: offer"]
    assert alice.thread(company.acme_shared, root).count("\n") == 1
    assert "stage" not in erin.channel(company.acme_shared)
    assert charlie.channel(company.acme_shared) == ""


def test_other_companies_read_their_own_name_of_a_channel_and_no_names_of_strangers(company: Sample) -> None:
    erin = Sight(company.world, company.erin)
    assert erin.title(company.acme_shared) == "#home-and-acme"
    assert erin.name(company.alice.id) == "alice"
    assert erin.name(company.charlie.id) == ""
    assert erin.name(company.sales.id) == ""
