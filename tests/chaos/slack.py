"""A company talks on the fake Slack while deliveries are doubled, reordered and cut, sockets are refreshed, and the
program is killed. The judge of the fake says what was lost, doubled, leaked or late; the exit code is 1 for anything.

    python -m tests.chaos.slack [--events 10000] [--transport http|sockets] [--seed 1] [--haste 10] [--write]
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from rich.progress import Progress

from bench.report import machine
from tests.chaos.moments import moments
from tests.chaos.mortal import Mortal, free_port, living
from tests.chaos.report import Result, troubles, write
from tests.chaos.slack_talk import Talk
from tests.fakes.chaos import Chaos
from tests.fakes.clock import RealClock
from tests.fakes.finding import Finding
from tests.fakes.journal import Entry
from tests.fakes.slack.hearing import Hearing
from tests.fakes.slack.judge import HANGING, UNSEEN, Judge
from tests.fakes.slack.person import Person
from tests.fakes.slack.running import Fake, slack
from tests.fakes.slack.sample import Sample, sample
from tests.fakes.slack.sockets import WARNING

TOKEN = "chaos-reader-0123456789"
#: Seconds until nobody waits for an answer any more.
_ANSWERED = 30.0
#: Stands in the records of the CRM, and nowhere a guest or a customer may read.
MARKER = "MARK-4711"
_PAGE = 200
_PATIENCE = 480.0
_HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@dataclass(frozen=True)
class Plan:
    """`kills` and `refreshes` are spread over the events. `haste`: how many times faster Slack's retries come."""

    events: int = 10_000
    transport: str = "http"
    kills: int = 3
    refreshes: int = 3
    seed: int = 1
    haste: float = 1.0


class HastyClock(RealClock):
    """The wall's, but who sleeps long sleeps less: a retry after a minute comes after a second at a haste of 60. The
    ten seconds between the warning of a socket and its end stay, since a new one has to be there by then.
    """

    def __init__(self, haste: float) -> None:
        self._haste = haste

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._haste if seconds > WARNING else seconds)


@dataclass(frozen=True)
class Run:
    """A company, its fake Slack, and the program that listens to it."""

    plan: Plan
    company: Sample
    fake: Fake
    hearing: Hearing
    program: Mortal
    refreshing: list[Future[None]] = field(default_factory=list)

    def talk(self, progress: Callable[[int], object]) -> None:
        talk, plan = Talk(self.company, random.Random(self.plan.seed)), self.plan
        kills = moments(plan.events, plan.kills)
        refreshes = moments(plan.events, plan.refreshes, later=plan.events // 50)
        asks = moments(plan.events, 8, later=plan.events // 30)
        for number in range(plan.events):
            talk.go_on()
            if number in kills:
                self.program.die_and_rise(self._until_heard)
            if number in refreshes:
                self._refresh()
            if number in asks:
                self._ask()
            if number % 20 == 0:
                self._let_go_by()
                progress(number)

    def settle(self) -> None:
        """Until nothing is on its way any more, on either side."""
        until = time.monotonic() + _PATIENCE
        wait(self.refreshing, timeout=_PATIENCE)
        self.fake.settle()
        while self._is_under_way() and time.monotonic() < until:
            time.sleep(0.2)
            self.fake.settle()
        until = time.monotonic() + _ANSWERED
        while self._is_looking() and time.monotonic() < until:
            time.sleep(0.2)

    def findings(self) -> list[Finding]:
        judge = Judge(self.company.world, markers=[MARKER], excused=self._was_away, pace=False)
        found = [*judge.findings(), *judge.compare(_captured(self.program.url))]
        return [*found, *judge.read_log(self.program.log.read_text(encoding="utf-8", errors="replace"))]

    def result(self) -> Result:
        attempts = list(self.hearing.journal.of("delivery"))
        return Result(self.findings(), troubles(attempts, self.hearing.delivery.overtaken, first=0))

    def _until_heard(self) -> None:
        """Over sockets it listens once one is open."""
        if self.hearing.gateway is not None:
            self.fake.call(self.hearing.gateway.connected())

    def _refresh(self) -> None:
        """Slack warns, and ten seconds later closes what is open then; people go on talking. It does so hours after the
        connections were opened, so that opening new ones is within its limits; here both are waited for."""
        if self.hearing.gateway is not None:
            wait(self.refreshing, timeout=_PATIENCE)
            self.fake.call(self.hearing.gateway.connected(2))
            refresh = self.hearing.gateway.refresh()
            self.refreshing.append(asyncio.run_coroutine_threadsafe(refresh, self.fake.loop))

    def _ask(self) -> None:
        """Alice asks about Acme where Acme reads along, and looks at her day; a guest asks too."""
        self._until_heard()
        alice, gina = Person(self.fake, self.company.alice), Person(self.fake, self.company.gina)
        alice.slash("/crm find Acme", self.company.acme_shared)
        alice.slash("/crm note Acme asked about payload size", self.company.sales)
        alice.mention(self.company.acme_shared, "find Acme")
        gina.mention(self.company.acme_shared, "find Acme")
        alice.open_home()

    def _let_go_by(self, most: int = 200) -> None:
        """No more than so many deliveries under way, as Slack's own pace would have it."""
        until = time.monotonic() + _PATIENCE
        while self.hearing.delivery.waiting > most and time.monotonic() < until:
            time.sleep(0.01)

    def _is_under_way(self) -> bool:
        return bool(self.hearing.delivery.waiting or self._backlog() or self._history() != "complete")

    def _is_looking(self) -> bool:
        found = Judge(self.company.world, pace=False).findings()
        return any(finding.what in {HANGING, UNSEEN} for finding in found)

    def _history(self) -> str:
        """What the program says of how far the past is complete, since its last start."""
        state = httpx.get(f"{self.program.url}/readyz", trust_env=False).json()
        return str(state["platforms"]["slack"]["history"])

    def _backlog(self) -> float:
        """Events that are kept and not yet recorded or answered, and rooms whose past is still read again."""
        lines = httpx.get(f"{self.program.url}/metrics", trust_env=False).text.splitlines()
        waits = (
            'crmbot_envelopes{state="rec',
            'crmbot_backlog{step="to_',
            'crmbot_backlog{step="unset',
            "crmbot_history_rooms",
        )
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(waits))

    def _was_away(self, entry: Entry) -> bool:
        """Whether it was dead at some moment between the handing over and the end of the wait for an answer."""
        until = float(entry["at"])
        return self.program.was_away(until - entry.get("milliseconds", 0) / 1000, until)


def run(plan: Plan, folder: Path, progress: Callable[[int], object] = lambda _: None) -> Result:
    """Everything the judge finds, and what it was held against."""
    company = sample(HastyClock(plan.haste), seed=plan.seed)
    company.world.limits.haste = plan.haste
    with slack(company.world) as fake:
        config = _config(folder, company, fake, plan)
        with living(config, folder / "log", free_port(), os.environ) as program:
            _hire(program.url)
            chaos = Run(plan, company, fake, _heard(fake, company, plan, program.url), program)
            chaos.talk(progress)
            chaos.settle()
            return chaos.result()


def _config(folder: Path, company: Sample, fake: Fake, plan: Plan) -> Path:
    app_token = f'app_token = "{company.app.app_token}"\n' if plan.transport == "sockets" else ""
    path = folder / "config.toml"
    path.write_text(
        f'[bot]\nadmins = ["slack:{company.alice.id}"]\n[database]\nurl = "sqlite:///{folder}/chaos.db"\n'
        f'[slack]\nbot_token = "{company.crm.token}"\nsigning_secret = "{company.app.signing_secret}"\n'
        f'{app_token}api_url = "{fake.api_url}"\n[[api.tokens]]\nname = "chaos"\ntoken = "{TOKEN}"\nrole = "admin"\n',
        encoding="utf-8",
    )
    return path


def _heard(fake: Fake, company: Sample, plan: Plan, url: str) -> Hearing:
    """How the program hears of things, with a bad network between."""
    if plan.transport == "sockets":
        hearing = fake.open_sockets(company.app)
        assert hearing.gateway is not None
        fake.call(hearing.gateway.connected(2))
    else:
        hearing = fake.deliver_to(company.app, f"{url}/slack/events")
    trouble = Chaos(plan.seed, duplicate=0.1, reorder=0.15, cut=0.02, slow=0.01, at_once=8, varied=True)
    fake.do(lambda: hearing.unsettle(trouble))
    return hearing


def _hire(url: str) -> None:
    """A customer whose data nobody outside may read."""
    body = {"name": "Acme", "kind": "company", "phones": ["+8613800138812"], "source": MARKER}
    httpx.post(f"{url}/api/v1/customers", json=body, headers=_HEADERS, trust_env=False).raise_for_status()


def _captured(url: str) -> Iterator[dict[str, Any]]:
    """What the program says was said."""
    more: dict[str, str] = {}
    with httpx.Client(base_url=url, headers=_HEADERS, trust_env=False, timeout=60) as client:
        while True:
            answer = client.get("/api/v1/messages", params={"platform": "slack", "limit": str(_PAGE), **more})
            page = answer.raise_for_status().json()
            yield from page["items"]
            if page["next"] is None:
                return
            more = {"cursor": page["next"]}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.slack", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--transport", choices=("http", "sockets"), default="http")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--haste", type=float, default=10.0)
    parser.add_argument("--write", action="store_true", help="put what was found into docs/reliability.md")
    options = parser.parse_args()
    plan = Plan(options.events, options.transport, seed=options.seed, haste=options.haste)
    with TemporaryDirectory() as folder, Progress() as bar:
        task = bar.add_task(f"Slack over {plan.transport}", total=plan.events)
        result = run(plan, Path(folder), lambda done: bar.update(task, completed=done))
    found = result.findings
    for finding in found[:50]:
        sys.stdout.write(f"{finding}\n")
    refreshes = plan.refreshes if plan.transport == "sockets" else 0
    told = f"{plan.events:,} events, {plan.kills} kills (SIGKILL), {refreshes} refreshes"
    sys.stdout.write(f"{told}: {len(found)} findings\n")
    if options.write:
        note = f"{told}; seed {plan.seed}, Slack's retries {plan.haste:g} times as fast; {machine()}."
        write(f"Slack over {'HTTP' if plan.transport == 'http' else plan.transport}", note, result)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
