"""Events on their way to one app: in time, again when they were not acknowledged, given up as Slack gives up."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.chaos import Chaos, Dice, Fate
from tests.fakes.clock import Clock
from tests.fakes.journal import Journal
from tests.fakes.slack.errors import Json
from tests.fakes.slack.parcel import Attempt, Door, Kind, Parcel, Reply

#: Seconds after the first attempt: almost at once, a minute later, five minutes after that.
RETRIES = (0.0, 60.0, 360.0)
#: With Delayed Events: every hour of the next day as well.
DELAYED = tuple(360.0 + 3600.0 * hour for hour in range(1, 25))
HOUR = 3600.0
_CALM = Fate()


@dataclass(frozen=True)
class Limits:
    """hourly: events per workspace and hour. exempt: attempts per hour below which failing disables nothing."""

    hourly: int = 30_000
    exempt: int = 1_000
    failing: float = 0.95


@dataclass
class _Overtaken:
    parcel: Parcel
    fate: Fate
    by: int


class Delivery:
    """The subscription of one app. To be used in the loop of the fake.

    `enabled`: Slack switches it off when nearly everything fails; switch it on again by hand. `holding`: the events for
    which it is true stay here until `release`.
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
        self.door = door
        self.enabled = True
        self.delayed = delayed
        self.limits = limits or Limits()
        self.holding: Callable[[Json], bool] = _nothing
        self._clock = clock
        self._journal = journal
        self._held: list[Parcel] = []
        self._overtaken: list[_Overtaken] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = 0
        self._idle = asyncio.Condition()
        self._admitted: dict[str, deque[float]] = defaultdict(deque)
        self._noticed: dict[str, int] = {}
        self._outcomes: deque[tuple[float, bool]] = deque()
        self.unsettle(chaos or Chaos())

    def unsettle(self, chaos: Chaos) -> None:
        """From now on, deliver through this chaos."""
        self._dice = Dice(chaos)
        self._slots = asyncio.Semaphore(chaos.at_once)

    def send(self, parcel: Parcel) -> None:
        """Set it on its way; returns at once."""
        fate = self._dice.draw()
        if not self.enabled or not self._admits(parcel):
            self._journal.write("dropped", name=parcel.name, key=parcel.key, enabled=self.enabled)
        elif self.holding(parcel.payload.get("event") or {}):
            self._held.append(parcel)
        elif fate.overtakers:
            self._overtaken.append(_Overtaken(parcel, fate, fate.overtakers))
        else:
            self._start(parcel, fate)
            self._pass()

    def release(self, *, backwards: bool = False) -> None:
        """Hold nothing any longer, and send what was held: in order, or the latest first."""
        self.holding = _nothing
        held, self._held = self._held, []
        for parcel in reversed(held) if backwards else held:
            self._start(parcel)

    async def settle(self) -> None:
        """Until every attempt that is due has ended; what waits for the clock still waits."""
        for late in self._overtaken:
            self._start(late.parcel, late.fate)
        self._overtaken.clear()
        async with self._idle:
            await self._idle.wait_for(lambda: self._busy == 0)

    async def stop(self) -> None:
        """Give up whatever is still on its way."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """How many events are not delivered yet and not given up."""
        return len(self._tasks) + len(self._held) + len(self._overtaken)

    def _pass(self) -> None:
        """One more delivery went ahead of those that are being overtaken."""
        for late in self._overtaken:
            late.by -= 1
        due = [late for late in self._overtaken if late.by <= 0]
        self._overtaken = [late for late in self._overtaken if late.by > 0]
        for late in due:
            self._start(late.parcel, late.fate)

    def _start(self, parcel: Parcel, fate: Fate = _CALM) -> None:
        self._busy += 1
        task = asyncio.get_running_loop().create_task(self._carry(parcel, fate))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, parcel: Parcel, fate: Fate) -> None:
        try:
            reply = await self._persist(parcel, fate)
            if not reply.acknowledged:
                self._journal.write("lost", name=parcel.name, key=parcel.key, reason=reply.reason)
            elif fate.again:
                await self._attempt(parcel, Attempt(1, "http_timeout"))
        finally:
            await self._rest()

    async def _persist(self, parcel: Parcel, fate: Fate) -> Reply:
        """Attempt after attempt, until one is acknowledged or none is left."""
        started = self._clock.now()
        reply = await self._attempt(parcel, Attempt(cut=fate.cut, pause=fate.pause))
        for number, after in enumerate(RETRIES + (DELAYED if self.delayed else ()), start=1):
            if reply.acknowledged or reply.stop:
                break
            await self._wait_until(started + after)
            if not self.enabled:
                break
            reply = await self._attempt(parcel, Attempt(number, reply.reason))
        return reply

    async def _attempt(self, parcel: Parcel, attempt: Attempt) -> Reply:
        async with self._slots:
            reply = await self.door.hand_over(parcel, attempt)
        self._judge(acknowledged=reply.acknowledged)
        return reply

    async def _wait_until(self, moment: float) -> None:
        seconds = moment - self._clock.now()
        if seconds <= 0:
            return
        await self._rest()
        try:
            await self._clock.sleep(seconds)
        finally:
            self._busy += 1

    async def _rest(self) -> None:
        async with self._idle:
            self._busy -= 1
            self._idle.notify_all()

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
            self._start(_notice(parcel, team, minute))
        return False


def _nothing(event: Json) -> bool:
    """Hold nothing."""
    return False


def _notice(parcel: Parcel, team: str, minute: int) -> Parcel:
    app = parcel.payload.get("api_app_id")
    fields = {"token": "x", "type": "app_rate_limited", "team_id": team}
    return Parcel(Kind.EVENT, {**fields, "minute_rate_limited": minute, "api_app_id": app})
