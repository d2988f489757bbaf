"""企业群发 while the program is killed between two calls: nobody is in two tasks, nobody is forgotten.

`python -m tests.chaos.wecom_broadcast`. What a kill took with it is looked after again once the worker that had it in
hands can be taken for dead, so a run takes some minutes. Every single instant of a kill is tried, without the wait, in
tests/adapters/wecom/tasks/test_killed.py.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from bench.report import Row, machine
from crm_core.database import Database
from crm_core.migrations import run as migrations
from crm_core.people import staff
from crm_core.people.tables import Role
from tests.chaos.mortal import Mortal, free_port, living
from tests.chaos.report import put
from tests.fakes.clock import RealClock
from tests.fakes.finding import Finding
from tests.fakes.journal import Entry
from tests.fakes.wecom.broadcasts import Status, Target
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.faults import Fault
from tests.fakes.wecom.judge import Judge
from tests.fakes.wecom.person import Person
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample
from tests.fakes.wecom.world import World

TOKEN = "chaos-reader-0123456789"
TAG = "VIP"
#: Wall seconds that an answer of a creation is under way, so that a kill finds some there.
_UNDER_WAY = 1.5
_PATIENCE = 900.0
_PAGE = 200
_HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@dataclass(frozen=True)
class Plan:
    """`kills` are spread over the creations of the tasks."""

    members: int = 10
    customers: int = 500
    kills: int = 2
    seed: int = 1


@dataclass(frozen=True)
class Run:
    """A company whose customers are to hear of something, and the program that asks the members to tell them."""

    plan: Plan
    company: Sample
    fake: Fake
    program: Mortal

    @property
    def world(self) -> World:
        return self.company.world

    def broadcast(self) -> int:
        """Ask for it, and kill while it is made into tasks; its id."""
        self.world.faults.add("externalcontact/add_msg_template", Fault("slow", seconds=_UNDER_WAY), times=None)
        body = {"segment": TAG, "text": "新品到了"}
        made = httpx.post(self._url("broadcasts"), json=body, headers=_HEADERS, trust_env=False, timeout=60)
        for kill in range(self.plan.kills):
            self._until(partial(self._are_created, 1 + kill * self.plan.members // self.plan.kills))
            self.program.die_and_rise()
        return int(made.raise_for_status().json()["id"])

    def _are_created(self, tasks: int) -> bool:
        return len(self.world.broadcasts) >= tasks

    def confirm(self, broadcast_id: int) -> None:
        """Once everybody is in a task, the members send theirs; the first of them leaves out one customer."""
        self._until(lambda: self._counts(broadcast_id) == {"waiting": self.plan.customers})
        time.sleep(self.world.rules.dispatch_seconds)
        left_out = self._targets()[0].to
        for made in self.world.broadcasts.values():
            for userid, share in made.shares.items():
                chosen = [self.world.customers[target.to] for target in share.targets if target.to != left_out]
                self.world.confirm(made, self.world.staff[userid], list(chosen))
        Person(self.fake, self.company.alice, self.company.crm).say(f"群发 {broadcast_id}")
        self._until(lambda: self._counts(broadcast_id).get("sent") == self.plan.customers - 1)

    def findings(self, broadcast_id: int) -> Iterator[Finding]:
        yield from self._tasks()
        yield from self._reached(broadcast_id)
        judge = Judge(self.world, excused=self._was_away)
        yield from judge.findings()
        yield from judge.read_log(self.program.log.read_text(encoding="utf-8", errors="replace"))

    def _tasks(self) -> Iterator[Finding]:
        tasks = Counter(target.to for target in self._targets())
        for to, count in tasks.items():
            if count > 1:
                yield Finding("in several tasks", f"{self.world.customers[to].name}, {count}")
        if len(tasks) != self.plan.customers:
            yield Finding("in no task", f"{self.plan.customers - len(tasks)} customers")

    def _reached(self, broadcast_id: int) -> Iterator[Finding]:
        """Who counts as reached, against who was."""
        sent = {self.world.customers[target.to].name for target in self._targets() if target.status is Status.SENT}
        counted = [str(one["name"]) for one in self._deliveries(broadcast_id) if one["state"] == "sent"]
        yield from (Finding("counted as reached, but was not", name) for name in set(counted) - sent)
        yield from (Finding("reached, but not counted", name) for name in sent - set(counted))
        yield from (Finding("counted twice", name) for name, times in Counter(counted).items() if times > 1)

    def _targets(self) -> list[Target]:
        made = self.world.broadcasts.values()
        return [target for one in made for share in one.shares.values() for target in share.targets]

    def _counts(self, broadcast_id: int) -> dict[str, int]:
        answer = httpx.get(self._url(f"broadcasts/{broadcast_id}"), headers=_HEADERS, trust_env=False)
        counts: dict[str, int] = answer.raise_for_status().json()["counts"]
        return counts

    def _deliveries(self, broadcast_id: int) -> Iterator[dict[str, Any]]:
        more: dict[str, str] = {}
        while True:
            path, query = f"broadcasts/{broadcast_id}/deliveries", {"limit": str(_PAGE), **more}
            page = httpx.get(self._url(path), params=query, headers=_HEADERS, trust_env=False).raise_for_status().json()
            yield from page["items"]
            if page["next"] is None:
                return
            more = {"cursor": page["next"]}

    def _until(self, happened: Callable[[], bool]) -> None:
        end = time.monotonic() + _PATIENCE
        while not happened():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.1)

    def _url(self, path: str) -> str:
        return f"{self.program.url}/api/v1/{path}"

    def _was_away(self, entry: Entry) -> bool:
        until = float(entry["at"])
        return self.program.was_away(until - entry.get("milliseconds", 0) / 1000, until)

    def prepare(self) -> None:
        """Until the customers are known."""
        self._until(lambda: "read" in self._state().split(", ")[-1])

    def _state(self) -> str:
        """What the program says of how far customers are read."""
        state = httpx.get(f"{self.program.url}/readyz", trust_env=False).json()
        return str(state["platforms"]["wecom"].get("contacts", ""))


@dataclass(frozen=True)
class Result:
    """Everything that is wrong in the end. `calls`: how often a task was asked for; `tasks`: how many there are."""

    findings: list[Finding]
    calls: int
    tasks: int


def run(plan: Plan, folder: Path) -> Result:
    """The whole of it."""
    company = sample(RealClock(), seed=plan.seed)
    company.crm.lists_contact = True
    members = _grow(company, plan)
    with wecom(company.world) as fake:
        _hire(members, f"sqlite:///{folder}/chaos.db")
        config = _config(folder, company, fake)
        with living(config, folder / "log", free_port(), os.environ) as program:
            fake.deliver_to(company.crm, f"{program.url}/wecom/callback")
            chaos = Run(plan, company, fake, program)
            chaos.prepare()
            broadcast_id = chaos.broadcast()
            chaos.confirm(broadcast_id)
            fake.settle()
            calls = sum(entry["path"].endswith("add_msg_template") for entry in fake.journal.of("request"))
            return Result(list(chaos.findings(broadcast_id)), calls, len(company.world.broadcasts))


def _grow(company: Sample, plan: Plan) -> list[Staff]:
    """Members, and tagged customers divided among them; every fifth knows two members."""
    world = company.world
    members = [world.staff_member(f"member{number}", team=company.sales) for number in range(plan.members)]
    tag = world.tag(TAG)
    for number in range(plan.customers):
        customer = world.customer(f"客户{number}")
        for member in (members[number % plan.members], members[(number + 1) % plan.members])[: 1 + (number % 5 == 0)]:
            world.befriend(member, customer)
            world.mark(member, customer, tag)
    return members


def _hire(members: list[Staff], url: str) -> None:
    """The members are of the staff before the program starts."""
    database = Database(url)
    migrations.upgrade(database)
    with database.writing() as session:
        for member in members:
            handle = ("wecom", member.userid)
            staff.add(session, member.name, role=Role.SALES, handle=handle, now=datetime.now(UTC))
    database.close()


def _config(folder: Path, company: Sample, fake: Fake) -> Path:
    crm, path = company.crm, folder / "config.toml"
    path.write_text(
        f'[bot]\nadmins = ["wecom:{company.alice.userid}"]\n[database]\nurl = "sqlite:///{folder}/chaos.db"\n'
        f'[wecom]\ncorp_id = "{company.world.corp_id}"\nagent_id = {crm.agent_id}\nsecret = "{crm.secret}"\n'
        f'token = "{crm.token}"\nencoding_aes_key = "{crm.aes_key}"\ncontact_secret = "{company.contact.secret}"\n'
        f'api_url = "{fake.api_url}"\n[outreach]\nquiet_from = 0\nquiet_to = 0\n'
        f'[[api.tokens]]\nname = "chaos"\ntoken = "{TOKEN}"\nrole = "admin"\n',
        encoding="utf-8",
    )
    return path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.wecom_broadcast", description=__doc__)
    parser.add_argument("--members", type=int, default=10)
    parser.add_argument("--customers", type=int, default=500)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reliability.md")
    options = parser.parse_args()
    plan = Plan(options.members, options.customers, options.kills, options.seed)
    with TemporaryDirectory() as folder:
        result = run(plan, Path(folder))
    for finding in result.findings[:50]:
        sys.stdout.write(f"{finding}\n")
    title = f"{plan.customers} customers of {plan.members} members, {plan.kills} kills"
    sys.stdout.write(f"{title}: {len(result.findings)} findings\n")
    if options.write:
        put(f"企业群发 on WeCom: {title}", f"Seed {plan.seed}. {machine()}", _rows(result))
    return 1 if result.findings else 0


def _rows(result: Result) -> list[Row]:
    return [
        Row("calls that asked for a task", (f"{result.calls:,}",)),
        Row("tasks there are", (f"{result.tasks:,}",)),
        Row("findings", (f"{len(result.findings):,}",), "0", not result.findings),
    ]


if __name__ == "__main__":
    sys.exit(main())
