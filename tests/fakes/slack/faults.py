"""How a call goes wrong the way Slack goes wrong."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["html", "hang", "drop", "garbage", "ratelimited", "error"]


@dataclass(frozen=True)
class Fault:
    """`kind`: html (an outage page with `status`), hang (no answer until the caller leaves), drop (connection cut),
    garbage (200 with broken JSON), ratelimited (429 with `retry_after`), error (ok: false with `error`).

    `after`: the call takes effect first, only its answer is lost. ratelimited and error never take effect.
    Beside the methods there are "files" for downloads and "hooks" for response URLs.
    """

    kind: Kind
    after: bool = False
    status: int = 503
    retry_after: int = 30
    error: str = "internal_error"
