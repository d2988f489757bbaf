"""Ten members have themselves reminded, many at once; each reminder comes, and comes once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.chaos.moments import moments
from tests.chaos.wecom_part import Stage
from tests.fakes.finding import Finding
from tests.fakes.wecom.corp import Staff

_AT_ONCE = 5
#: Seconds after which a reminder is due.
_SOON = (2, 6)


class Nudges:
    """Several at a time, so that some are due together."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._step = 0
        self._when = moments(stage.plan.steps, stage.plan.nudges // _AT_ONCE)
        self._asked: list[tuple[Staff, str]] = []

    def config(self) -> str:
        return "\n"

    def begin(self) -> None:
        """Everything happens in `go_on`."""

    def go_on(self) -> None:
        self._step += 1
        if self._step in self._when:
            staff, seconds = self._stage.chance.choice(self._stage.people), self._stage.chance.randint(*_SOON)
            for _ in range(_AT_ONCE):
                self._ask(staff, datetime.now(UTC) + timedelta(seconds=seconds))

    def findings(self) -> Iterator[Finding]:
        for staff, words in self._asked:
            received = self._stage.company.world.received(staff)
            times = sum(words in json.dumps(one.shown_to(staff.userid), ensure_ascii=False) for one in received)
            if times != 1:
                yield Finding("reminder", f"{words} to {staff.name} came {times} times")

    def _ask(self, staff: Staff, at: datetime) -> None:
        words = f"R{len(self._asked):05}"
        self._stage.post("nudges", {"staff": staff.name, "text": f"回电 {words}", "at": at.isoformat()})
        self._asked.append((staff, words))
