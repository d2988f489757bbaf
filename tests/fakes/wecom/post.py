"""Into an app over HTTP: sealed and signed, answered within five seconds."""

import asyncio
import hashlib
import secrets
import time
from urllib.parse import urlencode

from tests.fakes import wire
from tests.fakes.loopback import require_loopback
from tests.fakes.wecom import markup
from tests.fakes.wecom.cipher import Cipher
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.parcel import Attempt, Letter, Parcel, Reply
from tests.fakes.wecom.state import State

PATIENCE = 5.0
PATIENCE_AT_VERIFYING = 1.0


class Post:
    """The callback URL of one app. `patience`: wall seconds for an answer. `captured`: the last requests.

    `again`: a second attempt is the same bytes once more, instead of being sealed anew.
    """

    def __init__(self, url: str, app: App, state: State, *, patience: float = PATIENCE) -> None:
        self.url = require_loopback(url)
        self.app = app
        self.cipher = Cipher(app.token, app.aes_key, state.corp_id)
        self.patience = patience
        self.again = False
        self.captured: list[Letter] = []
        self._state = state
        self._sent: dict[str, Letter] = {}

    async def verify(self, message: str = "", *, showing: str = "+/") -> bool:
        """Whether the app gives back what it is shown when its URL is saved in the console, and nothing else.

        `showing`: characters that echostr is to hold.
        """
        message = message or str(secrets.randbelow(10**19))
        sealed = self.cipher.seal(message.encode(), showing=showing)
        reply = await self._within(self.question(sealed), Attempt(), PATIENCE_AT_VERIFYING)
        good = reply.acknowledged and reply.body == message.encode()
        self._state.journal.write("verified", app=self.app.name, good=good, status=reply.status)
        return good

    async def hand_over(self, parcel: Parcel, attempt: Attempt) -> Reply:
        """One attempt."""
        letter = self._letter(parcel)
        self.captured = [*self.captured[-19:], letter]
        reply = await self._within(letter, attempt, self.patience)
        self._state.journal.write(
            "delivery",
            app=self.app.name,
            name=parcel.name,
            key=hashlib.sha256(parcel.key.encode()).hexdigest()[:16],
            msgid=str(parcel.fields.get("MsgId", "")),
            attempt=attempt.number,
            disturbed=attempt.cut,
            status=reply.status,
            reason=reply.reason,
            milliseconds=round(reply.seconds * 1000, 1),
            answer=len(reply.body),
        )
        return reply

    async def hand_in(self, letter: Letter, *, name: str, expected: str) -> int:
        """This very request; the status, 0 for none."""
        reply = await self._within(letter, Attempt(), self.patience)
        self._state.journal.write(
            "forgery", app=self.app.name, name=name, expected=expected, status=reply.status, reason=reply.reason
        )
        return reply.status

    def letter(self, message: str) -> Letter:
        """A genuine request of this moment."""
        return self.enveloped(self.cipher.seal(message.encode("utf-8", "surrogatepass")))

    def enveloped(self, sealed: str) -> Letter:
        """What is sealed, with its signature."""
        fields = {"ToUserName": self._state.corp_id, "Encrypt": sealed}
        body = markup.write(fields | ({"AgentID": str(self.app.agent_id)} if self.app.agent_id else {}))
        return Letter(self.signed(sealed), body.encode())

    def question(self, sealed: str) -> Letter:
        return Letter({**self.signed(sealed), "echostr": sealed}, method="GET", headers={})

    def signed(self, sealed: str, *, timestamp: str = "", nonce: str = "") -> dict[str, str]:
        """The three fields of the query; a nonce never comes twice."""
        timestamp, nonce = timestamp or str(self._state.seconds), nonce or str(secrets.randbelow(10**12))
        signature = self.cipher.sign(timestamp, nonce, sealed)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}

    def _letter(self, parcel: Parcel) -> Letter:
        if self.again and parcel.key in self._sent:
            return self._sent[parcel.key]
        self._sent[parcel.key] = self.letter(parcel.text())
        return self._sent[parcel.key]

    async def _within(self, letter: Letter, attempt: Attempt, patience: float) -> Reply:
        started = time.monotonic()
        cut = len(letter.body) // 2 if attempt.cut else None
        url = f"{self.url}?{urlencode(letter.query)}" if letter.query else self.url
        try:
            async with asyncio.timeout(patience):
                answer = await wire.post(
                    url, letter.body, letter.headers, method=letter.method, cut=cut, pause=attempt.pause
                )
        except TimeoutError:
            return Reply("timeout", seconds=time.monotonic() - started)
        except wire.NoAnswer:
            return Reply("connection", seconds=time.monotonic() - started)
        reason = "" if answer.status == 200 else "status"
        return Reply(reason, answer.status, answer.body, time.monotonic() - started)
