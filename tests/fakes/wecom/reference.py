"""A small receiver that does everything right, to hold the fake against; tests make it do one thing wrong at a time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.receiving import receiving
from tests.fakes.wecom import markup
from tests.fakes.wecom.cipher import Cipher, Unsealed
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.markup import NotWellFormed

BIGGEST = 64 * 1024
WINDOW = 600


@dataclass(frozen=True)
class Said:
    """An answer to a request. `wait`: is asked before it goes out, so that a test can make it late."""

    status: int = 200
    body: bytes = b""
    wait: Callable[[], object] = lambda: None


class Refused(Exception):
    """Not genuine."""


class Receiver:
    """`url`: its callback URL. `heard`: every genuine callback in order; `messages`: each message once, by MsgId.

    `now`: its clock, to be set to the fake's. `answer`: what it says to a genuine callback; `reply` makes an answer.
    """

    def __init__(self, cipher: Cipher, now: Callable[[], float] = time.time) -> None:
        self.cipher = cipher
        self.now = now
        self.heard: list[Json] = []
        self.messages: dict[str, Json] = {}
        self.answer: Callable[[Json], Said] = lambda _: Said()
        self.url = ""

    def show(self, query: dict[str, str]) -> Said:
        """The console verifies the URL."""
        try:
            return Said(body=self.unseal(query, query.get("echostr", "")))
        except (Refused, Unsealed):
            return Said(403)

    def receive(self, query: dict[str, str], body: bytes) -> Said:
        """Verify, understand, keep, answer."""
        try:
            inner = self.unseal(query, _encrypted(body))
        except (Refused, Unsealed):
            return Said(403)
        try:
            fields = markup.read(inner)
        except NotWellFormed:
            return Said()
        self.heard.append(fields)
        if "MsgId" in fields:
            self.messages.setdefault(str(fields["MsgId"]), fields)
        return self.answer(fields)

    def unseal(self, query: dict[str, str], sealed: str) -> bytes:
        """What is inside a genuine request. Raises `Refused`, `Unsealed`."""
        self.verify(query, sealed)
        return self.cipher.open(sealed)

    def verify(self, query: dict[str, str], sealed: str) -> None:
        stamp = query.get("timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12) or abs(self.now() - int(stamp)) > WINDOW:
            raise Refused
        if not self.cipher.is_signed(query.get("msg_signature", ""), stamp, query.get("nonce", ""), sealed):
            raise Refused

    def reply(self, fields: Json, msgtype: str, **inner: object) -> Said:
        """A passive reply to these fields, sealed and signed."""
        named = {"ToUserName": fields["FromUserName"], "FromUserName": fields["ToUserName"]}
        stamp = str(int(self.now()))
        message = markup.write({**named, "CreateTime": int(stamp), "MsgType": msgtype, **inner})
        return self.sealed(message, stamp)

    def sealed(self, message: str, stamp: str, *, cipher: Cipher | None = None) -> Said:
        sealed = (cipher or self.cipher).seal(message.encode())
        signature = self.cipher.sign(stamp, "1597212914", sealed)
        outer = {"Encrypt": sealed, "MsgSignature": signature, "TimeStamp": int(stamp), "Nonce": "1597212914"}
        return Said(body=markup.write(outer).encode())


def _encrypted(body: bytes) -> str:
    try:
        sealed = markup.read(body).get("Encrypt")
    except NotWellFormed as error:
        raise Refused from error
    if not isinstance(sealed, str):
        raise Refused
    return sealed


@contextmanager
def listening(receiver: Receiver) -> Iterator[Receiver]:
    """Serve this receiver on a loopback port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(receiver.show(self._query()))

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            if length > BIGGEST:
                self._say(Said(413))
                return
            body = self.rfile.read(length)
            if len(body) < length:
                return
            said = receiver.receive(self._query(), body)
            said.wait()
            self._say(said)

        def _query(self) -> dict[str, str]:
            return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

        def _say(self, said: Said) -> None:
            self.send_response(said.status)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Silent."""

    with receiving(Handler) as port:
        receiver.url = f"http://127.0.0.1:{port}/wecom/callback"
        yield receiver
