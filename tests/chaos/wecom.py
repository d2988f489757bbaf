"""A company works with the fake WeCom while callbacks are doubled, reordered, cut and lost, and the program is killed.
The judge of the fake and the parts say what was lost, doubled or leaked; the exit code is 1 for anything.

    python -m tests.chaos.wecom [--events 2500] [--seed 1] [--write]
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import Progress

from bench.report import machine
from crm_core.database import Database
from crm_core.migrations import run as migrations
from crm_core.people import staff as staff_book
from crm_core.people.tables import Role
from tests.chaos.moments import moments
from tests.chaos.mortal import Mortal, free_port
from tests.chaos.report import Result, troubles, write
from tests.chaos.wecom_archive import Archive
from tests.chaos.wecom_contacts import Contacts
from tests.chaos.wecom_nudges import Nudges
from tests.chaos.wecom_part import TOKEN, Part, Plan, Stage
from tests.fakes.chaos import Chaos
from tests.fakes.clock import RealClock
from tests.fakes.finding import Finding
from tests.fakes.journal import Entry
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.hearing import Hearing
from tests.fakes.wecom.judge import Judge
from tests.fakes.wecom.running import wecom
from tests.fakes.wecom.sample import Sample, sample

#: What happens in a run, each in a file of its own.
PARTS: tuple[Callable[[Stage], Part], ...] = (Contacts, Nudges, Archive)

_COLLEAGUES = ("dana", "erin", "frank", "grace", "heidi", "ivan", "judy")
#: Steps before a kill whose customer events get lost.
_LOST = 10
_LISTENING = 30.0


@dataclass(frozen=True)
class Run:
    stage: Stage
    parts: tuple[Part, ...]
    hearing: Hearing

    def go(self, progress: Callable[[int], object]) -> None:
        plan = self.stage.plan
        kills = moments(plan.steps, plan.kills)
        for step in range(plan.steps):
            if step + _LOST in kills:
                self._lose()
            if step in kills:
                self._kill()
            for part in self.parts:
                part.go_on()
            if step % 20 == 0:
                self._let_go_by()
                progress(step)

    def result(self) -> Result:
        found = self.findings()
        attempts = list(self.stage.fake.journal.of("delivery"))
        return Result(found, troubles(attempts, self.hearing.delivery.overtaken, first=1))

    def findings(self) -> list[Finding]:
        """What is wrong when everything had its time."""
        until = time.monotonic() + self.stage.plan.patience
        self.stage.fake.settle()
        while (wrong := self._wrong()) and time.monotonic() < until:
            time.sleep(0.5)
            self.stage.fake.settle()
        log = self.stage.program.log.read_text(encoding="utf-8", errors="replace")
        judge = Judge(self.stage.company.world, self.stage.fake.robots, excused=self._was_away)
        return [*judge.findings(), *judge.read_log(log), *wrong]

    def _wrong(self) -> list[Finding]:
        return [finding for part in self.parts for finding in part.findings()]

    def _lose(self) -> None:
        """From now on what happens to customers is told to nobody."""
        self.stage.fake.do(lambda: setattr(self.hearing.delivery, "holding", _is_of_customers))

    def _kill(self) -> None:
        self.stage.program.die_and_rise()
        self.stage.fake.do(self.hearing.delivery.forget)

    def _let_go_by(self, most: int = 100) -> None:
        """No more than so many callbacks under way, as people's own pace would have it."""
        until = time.monotonic() + _LISTENING
        while self.hearing.delivery.waiting > most and time.monotonic() < until:
            time.sleep(0.01)

    def _was_away(self, entry: Entry) -> bool:
        """Whether the program was dead while it was to answer."""
        until = float(entry["at"])
        return self.stage.program.was_away(until - entry.get("milliseconds", 0) / 1000, until)


def run(plan: Plan, folder: Path, progress: Callable[[int], object] = lambda _: None) -> Result:
    """Everything that is found, and what the run went through."""
    company = sample(RealClock(), seed=plan.seed)
    company.crm.lists_contact = True
    with wecom(company.world) as fake:
        database = Database(f"sqlite:///{folder}/chaos.db")
        migrations.upgrade(database)
        program = Mortal(folder / "config.toml", folder / "log", free_port(), os.environ)
        people = _hire(company, database)
        stage = Stage(plan, company, people, fake, program, folder, random.Random(plan.seed), database)
        parts = tuple(part(stage) for part in PARTS)
        (folder / "config.toml").write_text(_config(stage, parts), encoding="utf-8")
        program.start()
        try:
            return _run(stage, parts, progress)
        finally:
            program.stop()
            database.close()


def _run(stage: Stage, parts: tuple[Part, ...], progress: Callable[[int], object]) -> Result:
    url = f"{stage.program.url}/wecom/callback"
    hearing = stage.fake.deliver_to(stage.company.crm, url, patience=stage.plan.answered_within)
    trouble = Chaos(stage.plan.seed, duplicate=0.1, reorder=0.15, cut=0.02, slow=0.01, at_once=8, varied=True)
    stage.fake.do(lambda: hearing.unsettle(trouble))
    for part in parts:
        part.begin()
    run = Run(stage, parts, hearing)
    run.go(progress)
    return run.result()


def _hire(company: Sample, database: Database) -> tuple[Staff, ...]:
    """Ten people, here and there."""
    people = (company.alice, company.bob, company.charlie, *map(company.world.staff_member, _COLLEAGUES))
    with database.writing() as session:
        for one in people:
            handle = ("wecom", one.userid)
            staff_book.add(session, one.name, role=Role.SALES, handle=handle, now=datetime.now(UTC))
    return people


def _config(stage: Stage, parts: tuple[Part, ...]) -> str:
    crm = stage.company.crm
    return (
        f'[database]\nurl = "sqlite:///{stage.folder}/chaos.db"\n'
        f'[[api.tokens]]\nname = "chaos"\ntoken = "{TOKEN}"\nrole = "admin"\n'
        f'[wecom]\ncorp_id = "{stage.company.world.corp_id}"\nagent_id = {crm.agent_id}\nsecret = "{crm.secret}"\n'
        f'token = "{crm.token}"\nencoding_aes_key = "{crm.aes_key}"\napi_url = "{stage.fake.api_url}"\n'
        + "".join(_in_order(parts))
    )


def _in_order(parts: tuple[Part, ...]) -> list[str]:
    """What belongs to `[wecom]`, then the sections of their own."""
    halves = [part.config().partition("\n[") for part in parts]
    return [f"{settings}\n" for settings, _, _ in halves] + [f"[{sections}\n" for _, _, sections in halves if sections]


def _is_of_customers(fields: dict[str, object]) -> bool:
    return str(fields.get("Event")) in {"change_external_contact", "change_external_chat", "change_external_tag"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.wecom", description=__doc__)
    parser.add_argument("--events", type=int, default=Plan.steps)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put what was found into docs/reliability.md")
    options = parser.parse_args()
    plan = replace(Plan(), steps=options.events, seed=options.seed)
    with TemporaryDirectory() as folder, Progress() as bar:
        task = bar.add_task("WeCom", total=plan.steps)
        result = run(plan, Path(folder), lambda done: bar.update(task, completed=done))
    for finding in result.findings[:50]:
        sys.stdout.write(f"{finding}\n")
    told = f"{plan.contacts:,} customers, {plan.steps:,} changes, {plan.nudges} reminders, {plan.kills} kills (SIGKILL)"
    sys.stdout.write(f"{told}: {len(result.findings)} findings\n")
    if options.write:
        write("WeCom: customers, reminders and the archive", f"{told}; seed {plan.seed}; {machine()}.", result)
    return 1 if result.findings else 0


if __name__ == "__main__":
    sys.exit(main())
