"""A request is Slack's when its bytes are signed and its moment is near ours."""

from datetime import UTC, datetime

import pytest

from adapters.slack.signature import Forged, verify
from tests.adapters.slack.knocking import SECRET, signature

MOMENT = 1_763_700_000
NOW = datetime.fromtimestamp(MOMENT, UTC)
BODY = b'{"type":"event_callback"}'


def check(*, body: bytes = BODY, timestamp: str = str(MOMENT), given: str | None = None, secret: str = SECRET) -> None:
    verify(SECRET, body, timestamp, signature(secret, timestamp, BODY) if given is None else given, NOW)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signed_body_is_slacks_for_five_minutes_either_way(seconds: int) -> None:
    check(timestamp=str(MOMENT + seconds))


def test_bytes_that_are_no_text_are_verified_as_they_are() -> None:
    body = b"\xff\xfe\x00"
    verify(SECRET, body, str(MOMENT), signature(SECRET, str(MOMENT), body), NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_moment_too_far_from_ours_is_refused(seconds: int) -> None:
    with pytest.raises(Forged):
        check(timestamp=str(MOMENT + seconds))


@pytest.mark.parametrize(
    "timestamp",
    ["", "soon", "1763700000.5", "-1763700000", "+1763700000", " 1763700000", "1763700000\n", "9" * 12, "9" * 5000,
     "1_763_700_000", "１７６３７００００００", "٣"],
)  # fmt: skip
def test_a_moment_that_is_no_number_is_refused(timestamp: str) -> None:
    with pytest.raises(Forged):
        check(timestamp=timestamp)


@pytest.mark.parametrize("given", ["", "v0=", "v0=ünsigned", "v0=\udcff", "v1=abc", "0" * 10_000])
def test_a_signature_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(Forged):
        check(given=given)


def test_another_secret_is_refused() -> None:
    with pytest.raises(Forged):
        check(secret="another")


def test_a_single_changed_byte_is_refused() -> None:
    with pytest.raises(Forged):
        check(body=BODY.replace(b"event", b"Event"))


def test_the_signature_of_another_moment_is_refused() -> None:
    with pytest.raises(Forged):
        check(given=signature(SECRET, str(MOMENT - 1), BODY))
