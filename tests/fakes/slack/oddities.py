"""Events that are genuine but strange: Slack adds fields and types without notice. Each wants its quiet 200."""

import copy
from collections.abc import Callable, Iterator

from tests.fakes.slack.errors import Json

Change = Callable[[Json], None]


def oddities(event: Json) -> Iterator[tuple[str, Json]]:
    """Strange relatives of an inner message event, by name."""
    for name, change in _CHANGES.items():
        strange = copy.deepcopy(event)
        change(strange)
        yield name, strange


def _huge(event: Json) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_900}}
    event["blocks"] = [section] * 40


def _surrogate(event: Json) -> None:
    event["text"] = "half a sign: 🙂 \x00 \u202e \ufffd"


_CHANGES: dict[str, Change] = {
    "unknown type": lambda event: event.update(type="canvas_dreamt"),
    "unknown subtype": lambda event: event.update(subtype="message_dreamt"),
    "unknown fields": lambda event: event.update(dreams=[{"deep": {"deeper": [1, None, True]}}], user_mood=3),
    "text is null": lambda event: event.update(text=None),
    "no text": lambda event: event.pop("text", None),
    "no user": lambda event: event.pop("user", None),
    "user is null": lambda event: event.update(user=None),
    "user is an object": lambda event: event.update(user={"id": "U0DREAM"}),
    "no channel_type": lambda event: event.pop("channel_type", None),
    "no channel": lambda event: event.pop("channel", None),
    "no ts": lambda event: event.pop("ts", None),
    "ts that is no number": lambda event: event.update(ts="soon"),
    "files is null": lambda event: event.update(files=None, subtype="file_share"),
    "blocks of an unknown kind": lambda event: event.update(blocks=[{"type": "hologram", "elements": None}]),
    "changed without a message": lambda event: event.update(subtype="message_changed", hidden=True),
    "deleted without a previous message": lambda event: event.update(subtype="message_deleted", deleted_ts="1.1"),
    "blocks of 100 kB": _huge,
    "strange signs": _surrogate,
}
