"""One call to Slack: what it asks, what its failure means, whether it may be tried again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from json import dumps
from typing import Any

from pydantic import SecretStr

from adapters.slack.errors import Remedy, SlackError
from adapters.slack.methods import Method, method_of
from adapters.slack.pacing import Clock, seconds_of
from crm_core.chat import Urgency

_LIMITED = ("ratelimited", "rate_limited")
_MOST_TRIES = 4
_FIRST_BACKOFF = 0.5


@dataclass(frozen=True)
class Call:
    """`timeout`: seconds for one request. `deadline`: until when it may wait for its turn; None: however long."""

    method: str
    team: str
    timeout: float
    urgency: Urgency
    token: SecretStr | None
    clock: Clock
    deadline: datetime | None

    @property
    def known(self) -> Method:
        return method_of(self.method)

    def patience(self) -> float | None:
        """Seconds that are left to wait."""
        return None if self.deadline is None else max(0.0, (self.deadline - self.clock()).total_seconds())

    def body(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The body of the request as `api_call` takes it."""
        if self.known.json:
            return {"json": dict(asked)}
        return {"data": {name: _form_value(value) for name, value in asked.items()}}

    def pause(self, failure: SlackError, tries: int) -> float | None:
        """Seconds until the next try; None: none. A call that came too often did not happen, and its gate is shut."""
        if tries >= _MOST_TRIES:
            return None
        if failure.error == "ratelimited":
            return 0.0
        passing = failure.error == "unreachable" or (failure.remedy is Remedy.RECONCILE and self.known.repeatable)
        pause = _FIRST_BACKOFF * 2.0 ** (tries - 1)
        left = self.patience()
        return pause if passing and (left is None or left > pause) else None

    def silence(self) -> SlackError:
        """There was no answer, or none that can be read."""
        return SlackError("no_answer", method=self.method, status=0, unknown=not self.known.repeatable)

    def refusal(self, response: Any) -> SlackError:
        """The error in an answer that is not ok; `response` is slack_sdk's, whose data may be anything."""
        status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
        data = getattr(response, "data", None)
        said = data if isinstance(data, dict) else {}
        error = str(said.get("error") or f"http_{status}")[:100]
        if status == 429 or error in _LIMITED:
            wait = seconds_of(response.headers.get("Retry-After"))
            return SlackError("ratelimited", method=self.method, status=429, retry_after=wait)
        failure = SlackError(
            error if status < 500 else f"http_{status}",
            method=self.method,
            status=status,
            needed=str(said.get("needed", ""))[:200],
            provided=str(said.get("provided", ""))[:1000],
        )
        failure.unknown = failure.remedy is Remedy.RECONCILE and not self.known.repeatable
        return failure


def refused_response(status: int, said: str, retry_after: str | None) -> SlackError | None:
    """Why a response_url took nothing, if it did not: a dead one answers 404 with a name, as text or in JSON."""
    if status == 200:
        return None
    method = "response_url"
    if status == 429:
        return SlackError("ratelimited", method=method, status=status, retry_after=seconds_of(retry_after))
    if status >= 500:
        return SlackError(f"http_{status}", method=method, status=status, unknown=True)
    return SlackError("used_url" if "used_url" in said else "expired_url", method=method, status=status)


def _form_value(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if isinstance(value, str) else dumps(value, ensure_ascii=False)
