"""Requests that are not genuine, or not readable: each must be refused with a 4xx, and leave nothing behind."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.fakes.slack.signing import FORM, JSON, headers, sign

WINDOW = 300
TOO_BIG = 3_000_000
_COMMAND = b"command=%2Fcrm&text=help&trigger_id=1.2.x&user_id=U0&team_id=T0"


@dataclass(frozen=True)
class Forgery:
    """`expected`: refused (4xx), ok (2xx, and no second effect) or survived (either)."""

    name: str
    body: bytes
    headers: dict[str, str]
    expected: str = "refused"


def forgeries(secret: str, now: float, genuine: bytes) -> Iterator[Forgery]:
    """Every wrong request, made from the body of a genuine event."""
    yield from _unsigned(secret, now, genuine)
    yield from _mistimed(secret, now, genuine)
    yield from _unreadable(secret, now)
    yield _garbled(secret, now)


def replay(body: bytes, given: dict[str, str], now: float) -> Forgery:
    """A captured request once more: within the window it is as good as genuine, after it stale."""
    stamp = next(value for name, value in given.items() if name.lower() == "x-slack-request-timestamp")
    fresh = abs(now - int(stamp)) <= WINDOW
    return Forgery("replay", body, given, "ok" if fresh else "refused")


def _unsigned(secret: str, now: float, body: bytes) -> Iterator[Forgery]:
    good = headers(secret, now, body)
    yield Forgery("wrong secret", body, headers("another-secret", now, body))
    yield Forgery("another body", body + b" ", good)
    yield Forgery("no signature", body, _without(good, "X-Slack-Signature"))
    yield Forgery("empty signature", body, good | {"X-Slack-Signature": ""})
    yield Forgery(
        "another version", body, good | {"X-Slack-Signature": good["X-Slack-Signature"].replace("v0=", "v1=")}
    )
    yield Forgery("short signature", body, good | {"X-Slack-Signature": good["X-Slack-Signature"][:20]})
    yield Forgery("signature that is not ASCII", body, good | {"X-Slack-Signature": "v0=é¡¢"})
    yield Forgery("ssl_check without a signature", b"ssl_check=1&token=x", {"Content-Type": FORM})
    yield Forgery(
        "command with the wrong secret", _COMMAND, headers("another-secret", now, _COMMAND, content_type=FORM)
    )
    yield Forgery("huge and unsigned", b"x" * TOO_BIG, {"Content-Type": JSON})


def _mistimed(secret: str, now: float, body: bytes) -> Iterator[Forgery]:
    good = headers(secret, now, body)
    yield Forgery("no timestamp", body, _without(good, "X-Slack-Request-Timestamp"))
    for name, stamp in (
        ("stale", str(int(now) - WINDOW - 5)),
        ("from the future", str(int(now) + WINDOW + 5)),
        ("timestamp in words", "yesterday"),
        ("timestamp nan", "nan"),
        ("endless timestamp", "9" * 400),
    ):
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(secret, stamp, body)}
        yield Forgery(name, body, good | signed)


def _unreadable(secret: str, now: float) -> Iterator[Forgery]:
    """Signed as they should be: whoever holds the secret sends nonsense."""
    for name, body, content_type in (
        ("invalid UTF-8", b'{"type":"event_callback","event":{"text":"\xff\xfe"}}', JSON),
        ("broken JSON", b'{"type":"event_callback",', JSON),
        ("a JSON list", b"[1, 2, 3]", JSON),
        ("nested too deep", b"[" * 100_000, JSON),
        ("nothing", b"", JSON),
        ("payload that is no JSON", b"payload=nonsense", FORM),
        ("payload that is a list", b"payload=%5B%5D", FORM),
        ("huge", b'{"type":"event_callback","event":{"text":"' + b"x" * TOO_BIG + b'"}}', JSON),
    ):
        yield Forgery(name, body, headers(secret, now, body, content_type=content_type))


def _garbled(secret: str, now: float) -> Forgery:
    """A command whose text is no UTF-8: a form may be read with replacement signs."""
    body = _COMMAND.replace(b"help", b"%ff%fe")
    return Forgery("invalid UTF-8 in a form", body, headers(secret, now, body, content_type=FORM), "survived")


def _without(given: dict[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in given.items() if each != name}
