"""What a small app shows and says, for the tests of the fake: a card, a form, answers."""

from collections.abc import Callable

from slack_sdk import WebClient

from tests.fakes.slack.errors import Json
from tests.fakes.slack.reference import Said

ACME = {"text": {"type": "plain_text", "text": "Acme GmbH"}, "value": "c:42"}
MODAL: Json = {
    "type": "modal",
    "callback_id": "log_form",
    "private_metadata": "x",
    "title": {"type": "plain_text", "text": "Log to CRM"},
    "submit": {"type": "plain_text", "text": "Save"},
    "close": {"type": "plain_text", "text": "Cancel"},
    "blocks": [
        {
            "type": "input",
            "block_id": "cust",
            "label": {"type": "plain_text", "text": "Customer"},
            "element": {"type": "external_select", "action_id": "cust_pick", "min_query_length": 1},
        },
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "txt", "initial_value": "asked for a quote"},
        },
    ],
}
CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Acme* &amp; Co"}},
    {
        "type": "actions",
        "block_id": "n1",
        "elements": [
            {
                "type": "button",
                "action_id": "nudge.done",
                "text": {"type": "plain_text", "text": "Done"},
                "value": "nudge:17:3",
            },
            {
                "type": "overflow",
                "action_id": "nudge.more",
                "options": [{"text": {"type": "plain_text", "text": "Tomorrow"}, "value": "1d"}],
            },
        ],
    },
]


def saying(content: Json | str | None = None, *, status: int = 200) -> Callable[[Json], Said]:
    return lambda _: Said(status, content)


def opening(web: WebClient, view: Json = MODAL) -> Callable[[Json], Said]:
    """An app that opens a modal on whatever it hears."""

    def answer(payload: Json) -> Said:
        web.views_open(trigger_id=payload["trigger_id"], view=view)
        return Said()

    return answer
