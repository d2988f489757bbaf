"""Slack as the bench plays it: what it sends, signed."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from bench.posting import Poster
from tests.fakes.slack.sample import Sample
from tests.fakes.slack.signing import FORM, headers

SECRET = "bench-signing-secret"  # noqa: S105


@dataclass(frozen=True)
class FarSlack:
    """Whose events they are: the people and the channels of a sample company."""

    sample: Sample
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def messages(self, how_many: int) -> Iterator[bytes]:
        """Bodies of so many new messages, in the channels and by the people of the company in turn."""
        rooms = (self.sample.sales, self.sample.acme_shared)
        people = (self.sample.alice, self.sample.bob)
        for _ in range(how_many):
            at = next(self.numbers)
            room, person = rooms[at % 2], people[at // 2 % 2]
            ts = f"{int(time.time())}.{at:06d}"
            text = f"Could you send us quote number {at}? Purchasing meets on Monday. 请把 {at} 号报价单发给我们。"
            event = {
                "type": "message",
                "channel": room.id,
                "channel_type": "channel",
                "user": person.id,
                "team": self.sample.home.id,
                "text": text,
                "ts": ts,
                "event_ts": ts,
                "client_msg_id": f"{at:032x}",
                "blocks": [{"type": "rich_text", "block_id": "b", "elements": [{"type": "text", "text": text}]}],
            }
            yield json.dumps(self._envelope(event, at), ensure_ascii=False).encode()

    def suggestions(self, texts: Iterable[str]) -> Iterator[bytes]:
        """What Alice types into a menu of customers."""
        for text in texts:
            payload = {
                "type": "block_suggestion",
                "action_id": "pick",
                "block_id": "customer",
                "value": text,
                "user": {"id": self.sample.alice.id, "name": "alice", "team_id": self.sample.home.id},
                "team": {"id": self.sample.home.id, "domain": "home"},
                "api_app_id": self.sample.app.id,
                "container": {"type": "view", "view_id": f"V{next(self.numbers)}"},
                "view": {"id": "V1", "type": "modal", "callback_id": "log_to_crm", "private_metadata": "{}"},
            }
            yield urlencode({"payload": json.dumps(payload)}).encode()

    def _envelope(self, event: dict[str, Any], at: int) -> dict[str, Any]:
        home = self.sample.home.id
        bot = self.sample.crm
        return {
            "type": "event_callback",
            "team_id": home,
            "context_team_id": home,
            "api_app_id": self.sample.app.id,
            "event_id": f"Ev{at:010d}",
            "event_time": int(time.time()),
            "event_context": f"4-{at}",
            "is_ext_shared_channel": False,
            "authorizations": [{"team_id": home, "user_id": bot.bot_user, "is_bot": True}],
            "event": event,
        }


def poster(url: str) -> Poster:
    """Signs and sends bodies to this address. An answer that says nothing is a menu without a customer."""
    return Poster(url, _request, lambda reply: b"[]" in reply)


def _request(body: bytes) -> bytes:
    kind = FORM if body.startswith(b"payload=") else "application/json"
    lines = {"Host": "127.0.0.1", "Content-Length": str(len(body))}
    lines |= headers(SECRET, time.time(), body, content_type=kind)
    head = "\r\n".join(["POST /slack/events HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""])
    return head.encode() + body
