"""What Slack answers when it refuses: HTTP 200 with `ok: false` and a name, sometimes with more fields."""

from typing import Any

Json = dict[str, Any]
"""A JSON object as it travels; its fields are Slack's."""


class SlackError(Exception):
    """`name`: the `error` of the answer; `fields`: what stands beside it (needed, provided, response_metadata …)."""

    def __init__(self, name: str, **fields: Any) -> None:
        super().__init__(name)
        self.name = name
        self.fields = fields

    def answer(self) -> Json:
        return {"ok": False, "error": self.name, **self.fields}


def explained(name: str, *messages: str) -> SlackError:
    """An error with sentences for the developer, as invalid_arguments and invalid_blocks carry them."""
    return SlackError(name, response_metadata={"messages": [f"[ERROR] {message}" for message in messages]})
