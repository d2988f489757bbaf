"""Events on their way to one app: in time, again when they were not acknowledged, given up as Slack gives up."""

from collections import defaultdict, deque
from dataclasses import dataclass

from tests.fakes.chaos import Chaos, Fate
from tests.fakes.clock import Clock
from tests.fakes.journal import Journal
from tests.fakes.slack.errors import Json
from tests.fakes.slack.parcel import Attempt, Door, Kind, Parcel, Reply
from tests.fakes.under_way import UnderWay

#: Seconds after the first attempt: almost at once, a minute later, five minutes after that.
RETRIES = (0.0, 60.0, 360.0)
#: With Delayed Events: every hour of the next day as well.
DELAYED = tuple(360.0 + 3600.0 * hour for hour in range(1, 25))
HOUR = 3600.0


@dataclass(frozen=True)
class Limits:
    """hourly: events per workspace and hour. exempt: attempts per hour below which failing disables nothing."""

    hourly: int = 30_000
    exempt: int = 1_000
    failing: float = 0.95


class Delivery(UnderWay[Parcel]):
    """The subscription of one app. To be used in the loop of the fake.

    `enabled`: Slack switches it off when nearly everything fails; switch it on again by hand.
    """

    def __init__(
        self,
        door: Door,
        clock: Clock,
        journal: Journal,
        *,
        chaos: Chaos | None = None,
        delayed: bool = False,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(clock, chaos)
        self.door = door
        self.enabled = True
        self.delayed = delayed
        self.limits = limits or Limits()
        self._journal = journal
        self._admitted: dict[str, deque[float]] = defaultdict(deque)
        self._noticed: dict[str, int] = {}
        self._outcomes: deque[tuple[float, bool]] = deque()

    def event(self, parcel: Parcel) -> Json:
        event: Json = parcel.payload.get("event") or {}
        return event

    def send(self, parcel: Parcel) -> None:
        """Set it on its way; returns at once."""
        if self.enabled and self._admits(parcel):
            self.set_off(parcel)
        else:
            self._journal.write("dropped", name=parcel.name, key=parcel.key, enabled=self.enabled)

    async def carry(self, parcel: Parcel, fate: Fate) -> None:
        reply = await self._persist(parcel, fate)
        if not reply.acknowledged:
            self._journal.write("lost", name=parcel.name, key=parcel.key, reason=reply.reason)
        elif fate.again:
            await self._attempt(parcel, Attempt(1, "http_timeout"))

    async def _persist(self, parcel: Parcel, fate: Fate) -> Reply:
        """Attempt after attempt, until one is acknowledged or none is left."""
        started = self._clock.now()
        reply = await self._attempt(parcel, Attempt(cut=fate.cut, pause=fate.pause))
        for number, after in enumerate(RETRIES + (DELAYED if self.delayed else ()), start=1):
            if reply.acknowledged or reply.stop:
                break
            await self.wait_until(started + after)
            if not self.enabled:
                break
            reply = await self._attempt(parcel, Attempt(number, reply.reason))
        return reply

    async def _attempt(self, parcel: Parcel, attempt: Attempt) -> Reply:
        async with self.slots:
            reply = await self.door.hand_over(parcel, attempt)
        self._judge(acknowledged=reply.acknowledged)
        return reply

    def _judge(self, *, acknowledged: bool) -> None:
        """Switch off what fails nearly always, unless there is little of it."""
        now = self._clock.now()
        self._outcomes.append((now, acknowledged))
        while self._outcomes[0][0] < now - HOUR:
            self._outcomes.popleft()
        failed = sum(not good for _, good in self._outcomes) if not acknowledged else 0
        if len(self._outcomes) >= self.limits.exempt and failed > self.limits.failing * len(self._outcomes):
            self.enabled = False
            self._journal.write("subscription_disabled", failed=failed, attempts=len(self._outcomes))

    def _admits(self, parcel: Parcel) -> bool:
        """Whether the workspace has not had its events of this hour; tells the app once a minute when it has."""
        team, now = str(parcel.payload.get("team_id", "")), self._clock.now()
        recent = self._admitted[team]
        while recent and recent[0] <= now - HOUR:
            recent.popleft()
        if len(recent) < self.limits.hourly:
            recent.append(now)
            return True
        minute = int(now) // 60 * 60
        if self._noticed.get(team) != minute:
            self._noticed[team] = minute
            self.start(_notice(parcel, team, minute))
        return False


def _notice(parcel: Parcel, team: str, minute: int) -> Parcel:
    app = parcel.payload.get("api_app_id")
    fields = {"token": "x", "type": "app_rate_limited", "team_id": team}
    return Parcel(Kind.EVENT, {**fields, "minute_rate_limited": minute, "api_app_id": app})
