"""Into an app over HTTP: signed, acknowledged within three seconds, at most two redirects."""

import asyncio
import json
import random
import time
from typing import Any
from urllib.parse import urljoin

from tests.fakes import wire
from tests.fakes.clock import Clock
from tests.fakes.journal import Journal
from tests.fakes.loopback import require_loopback
from tests.fakes.slack.forgeries import Forgery
from tests.fakes.slack.parcel import Attempt, Kind, Parcel, Reply
from tests.fakes.slack.signing import JSON, headers

_REDIRECTS = (301, 302, 303, 307, 308)


class Post:
    """The request URL of one app. `patience`: wall seconds for an acknowledgement. `captured`: the last requests."""

    def __init__(self, url: str, secret: str, clock: Clock, journal: Journal, *, patience: float = 3.0) -> None:
        self.url = require_loopback(url)
        self.secret = secret
        self.patience = patience
        self.captured: list[tuple[bytes, dict[str, str]]] = []
        self._clock = clock
        self._journal = journal
        self._random: random.Random | None = None

    def vary(self, seed: int | None) -> None:
        """Change the case of headers and the charset of content types from request to request; None: leave them."""
        self._random = None if seed is None else random.Random(seed)

    async def hand_over(self, parcel: Parcel, attempt: Attempt) -> Reply:
        body = parcel.body()
        signed = headers(self.secret, self._clock.now(), body, content_type=parcel.content_type) | attempt.extra
        if attempt.number:
            signed |= {"x-slack-retry-num": str(attempt.number), "x-slack-retry-reason": attempt.reason}
        self.captured = [*self.captured[-19:], (body, signed)]
        cut = len(body) // 2 if attempt.cut else None
        reply = await self._within(body, self._vary(signed), cut=cut, pause=attempt.pause)
        self._note(parcel, attempt, reply)
        return reply

    async def shake_hands(self, challenge: str) -> bool:
        """Whether the app gives back the challenge (`url_verification`), as JSON or as text."""
        parcel = Parcel(Kind.EVENT, {"token": "x", "challenge": challenge, "type": "url_verification"})
        reply = await self.hand_over(parcel, Attempt())
        content = reply.content
        given = content.get("challenge") if isinstance(content, dict) else content
        return reply.acknowledged and given == challenge

    async def check_ssl(self) -> bool:
        """The form post with which Slack checks certificates at command URLs; it is signed like any other."""
        reply = await self.hand_over(Parcel(Kind.COMMAND, {"ssl_check": "1", "token": "x"}), Attempt())
        return reply.acknowledged

    async def hand_in(self, forgery: Forgery) -> int:
        """Post these very bytes and headers; the status, 0 for none."""
        reply = await self._within(forgery.body, forgery.headers, cut=None, pause=0)
        self._journal.write("forgery", name=forgery.name, expected=forgery.expected, status=reply.status)
        return reply.status

    async def _within(self, body: bytes, given: dict[str, str], *, cut: int | None, pause: float) -> Reply:
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.patience):
                answer = await self._follow(body, given, cut=cut, pause=pause)
        except TimeoutError:
            return Reply("http_timeout", seconds=time.monotonic() - started)
        except wire.NoAnswer:
            return Reply("connection_failed", seconds=time.monotonic() - started)
        return _reply(answer, time.monotonic() - started)

    async def _follow(self, body: bytes, given: dict[str, str], *, cut: int | None, pause: float) -> wire.Answer:
        url = self.url
        for _ in range(3):
            answer = await wire.post(url, body, given, cut=cut, pause=pause)
            if answer.status not in _REDIRECTS:
                return answer
            url = urljoin(url, answer.headers.get("location", ""))
        return answer

    def _vary(self, given: dict[str, str]) -> dict[str, str]:
        if self._random is None:
            return given
        change = self._random.choice((str.lower, str.upper, str))
        varied = {change(name): value for name, value in given.items()}
        name = change("Content-Type")
        varied[name] += self._random.choice(("", "; charset=utf-8"))
        return varied

    def _note(self, parcel: Parcel, attempt: Attempt, reply: Reply) -> None:
        self._journal.write(
            "delivery",
            via="http",
            what=parcel.kind.value,
            name=parcel.name,
            key=parcel.key,
            attempt=attempt.number,
            retry_reason=attempt.reason,
            disturbed=attempt.cut,
            status=reply.status,
            reason=reply.reason,
            milliseconds=round(reply.seconds * 1000, 1),
        )


def _reply(answer: wire.Answer, seconds: float) -> Reply:
    failure = "too_many_redirects" if answer.status in _REDIRECTS else "http_error"
    stop = answer.headers.get("x-slack-no-retry") == "1" and answer.status != 200
    return Reply("" if answer.is_success else failure, answer.status, _content(answer), stop, seconds)


def _content(answer: wire.Answer) -> Any:
    """JSON where it is declared or looks like it, else the text; None for an empty body."""
    if not answer.body:
        return None
    text = answer.body.decode("utf-8", "replace")
    if JSON in answer.headers.get("content-type", "") or text.startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
