"""Slack's events: how soon and how many a second they are acknowledged, and the menu of customers while it is typed."""

import asyncio
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from tempfile import TemporaryDirectory

from sqlmodel import select

from bench import far_slack, processes
from bench.company import Sizes
from bench.far_slack import SECRET, FarSlack
from bench.lookup import KINDS, people_of, shown, version
from bench.posting import Poster
from bench.processes import Measured
from bench.report import Row, Section, machine, milliseconds, percentile
from bench.store import Progress
from crm_core.database import Database
from crm_core.people.tables import Handle, Role, Staff
from tests.fakes.clock import RealClock
from tests.fakes.slack.running import slack
from tests.fakes.slack.sample import Sample, sample

#: Events a second for a minute, and how many in a row for the rate.
PACE, SECONDS = 200, 60
IN_A_ROW = 6000
_CONNECTIONS = 64
_WARM, _ROUNDS = 500, 5
_TYPED = (
    "one character, surname",
    "two characters, given name",
    "pinyin, begun",
    "initials",
    "company, two characters",
)
_QUESTIONS = 100


def run(progress: Progress) -> list[Section]:
    """One section: the acknowledgement of events."""
    section = Section(
        "Slack: events in",
        f"Signed message events over HTTP to `crmbot serve` as a process of its own, SQLite, `synchronous=FULL`; paced "
        f"{PACE} a second for {SECONDS} s, then {IN_A_ROW:,} as fast as they are answered over {_CONNECTIONS} "
        f"connections; the floor is a bare FastAPI route that verifies the signature, served alike, and asked in turn "
        f"with crmbot {_ROUNDS} times: medians of the rounds, and the median of their ratios; CPU is what the program "
        f"used until all was acknowledged, in all threads; {machine()}.",
        ("a second", "p50 ms", "p99 ms", "CPU ms each", "× floor"),
    )
    with _company() as (far, config), _floor(far) as floor, _crmbot(far, config) as crmbot:
        for one in (floor, crmbot):
            one.as_fast(_WARM)
        bodies = list(far.messages(PACE * SECONDS))
        slow = asyncio.run(crmbot.post.paced(bodies, a_second=PACE, connections=_CONNECTIONS))
        rounds = []
        for at in range(_ROUNDS):
            rounds.append((floor.as_fast(IN_A_ROW), crmbot.as_fast(IN_A_ROW)))
            progress("Slack: events", at + 1, _ROUNDS)
    share = median(bare.told.seconds / ours.told.seconds for bare, ours in rounds)
    bare, ours = zip(*rounds, strict=True)
    section.rows.append(Row("bare route (floor)", (*_cells(bare), "1.00")))
    held = percentile(slow.times, 0.99) <= 0.1 and not slow.refused
    section.rows.append(Row(f"{PACE} a second", (f"{PACE}", *_times(slow.times), "", ""), "p99 ≤ 100 ms", held))
    held = share >= 0.5 and not any(one.told.refused for one in ours)
    cells = (*_cells(ours), f"{share:.2f}")
    section.rows.append(Row("as fast as it goes: kept and acknowledged", cells, "≥ 0.5 × the floor", held))
    return [section]


@dataclass(frozen=True)
class _Asked:
    """A program that takes events."""

    process: "subprocess.Popen[bytes]"
    post: Poster
    far: FarSlack

    def as_fast(self, how_many: int) -> Measured:
        """So many events, once the work of those before is done."""
        bodies = list(self.far.messages(how_many))
        processes.rest(self.process)
        return processes.measured(
            self.process, lambda: asyncio.run(self.post.as_fast(bodies, connections=_CONNECTIONS))
        )


def run_over(sizes: Sizes, databases: Sequence[Database], progress: Progress) -> list[Section]:
    """A section per database: the menu of customers while it is typed."""
    return [_menu(sizes, database, progress) for database in databases]


def _menu(sizes: Sizes, database: Database, progress: Progress) -> Section:
    with database.reading() as session:
        people, note = people_of(session, sizes), machine(version(session))
    section = Section(
        f"Slack: the menu of customers on {shown(database)}",
        f"{sizes.customers:,} customers; what is typed into the menu, over signed HTTP to `crmbot serve`, one after "
        f"the other, {_QUESTIONS} of each kind, after one round to warm the caches; {note}.",
        ("p50 ms", "p99 ms", "found some"),
    )
    with _company() as (far, config):
        _seat(database, far.sample)
        with processes.crmbot(f'[database]\nurl = "{database.url}"\n{config}') as (_, url, _):
            for at, kind in enumerate(one for one in KINDS if one.name in _TYPED):
                typed = [text for one in people if (text := kind.ask(one))][:_QUESTIONS]
                bodies = list(far.suggestions(typed * 2))
                told = asyncio.run(far_slack.poster(url).as_fast(bodies, connections=1))
                times = told.times[len(typed) :]
                held = percentile(times, 0.99) <= 0.3 and not told.refused
                some = f"{1 - told.empty / len(bodies):.0%}"
                section.rows.append(Row(kind.name, (*_times(times), some), "p99 ≤ 300 ms", held))
                progress(f"{database.dialect}: menu", at + 1, len(_TYPED))
    return section


@contextmanager
def _company() -> Iterator[tuple[FarSlack, str]]:
    """A company on the fake Slack, and the `[slack]` section that reaches it."""
    made = sample(RealClock())
    with slack(made.world) as fake:
        yield (
            FarSlack(made),
            f'[slack]\nbot_token = "{made.crm.token}"\nsigning_secret = "{SECRET}"\napi_url = "{fake.api_url}"\n',
        )


@contextmanager
def _floor(far: FarSlack) -> Iterator[_Asked]:
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    with processes.serving(["-m", "bench.slack_floor", str(port), SECRET], url, "/readyz") as (process, _):
        yield _Asked(process, far_slack.poster(url), far)


@contextmanager
def _crmbot(far: FarSlack, config: str) -> Iterator[_Asked]:
    with TemporaryDirectory() as folder:
        database = f'[database]\nurl = "sqlite:///{folder}/bench.db"\n'
        with processes.crmbot(database + config) as (process, url, _):
            yield _Asked(process, far_slack.poster(url), far)


def _seat(database: Database, company: Sample) -> None:
    """Alice of the fake Slack is a member of staff who sees everybody."""
    with database.writing() as session:
        member = session.exec(select(Staff).order_by(Staff.id)).first()  # type: ignore[arg-type]
        assert member is not None
        member.role = Role.ADMIN
        session.add(member)
        known = select(Handle).where(Handle.platform == "slack", Handle.platform_user_id == company.alice.id)
        if session.exec(known).first() is None:
            session.add(Handle(staff_id=member.id, platform="slack", platform_user_id=company.alice.id))


def _cells(rounds: Sequence[Measured]) -> tuple[str, ...]:
    """The medians of the rounds."""
    rate = median(IN_A_ROW / one.told.seconds for one in rounds)
    p50, p99 = (median(percentile(one.told.times, part) for one in rounds) for part in (0.5, 0.99))
    cpu = median(one.cpu for one in rounds) / IN_A_ROW
    return f"{rate:,.0f}", milliseconds(p50), milliseconds(p99), milliseconds(cpu)


def _times(times: Sequence[float]) -> tuple[str, str]:
    return milliseconds(percentile(times, 0.5)), milliseconds(percentile(times, 0.99))
