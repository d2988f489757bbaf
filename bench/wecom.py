"""Commands to WeCom's app: how soon they are answered, with the callback or with a card, and for how much CPU."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from bench import far_wecom, processes
from bench.far_wecom import CARDS, TEXTS, FarWeCom
from bench.posting import Acknowledged, Poster
from bench.processes import Measured
from bench.report import Row, Section, machine, milliseconds, percentile
from bench.store import Progress
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.database import Database
from crm_core.migrations import run as migrations
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_staff
from tests.adapters.wecom.sealing import Platform
from tests.fakes.clock import RealClock
from tests.fakes.wecom.running import wecom
from tests.fakes.wecom.sample import Sample, sample

#: Commands a second for a minute, those answered with cards too, and how many in a row for the rate.
PACE, CARDS_PACE, SECONDS = 50, 25, 60
IN_A_ROW = 2000
#: So many that nobody gets more cards than WeCom shows one person: 30 a minute.
_PEOPLE, _CUSTOMERS = 250, 500
_CONNECTIONS = 50
_WARM = 200
_PATIENCE = 30.0


def run(progress: Progress) -> list[Section]:
    section = Section(
        "WeCom: answers with the callback",
        f"Sealed commands over HTTP to `crmbot serve` as a process of its own, by {_PEOPLE} members of staff about "
        f"{_CUSTOMERS} customers, SQLite, `synchronous=FULL`. Texts (历史, 我的待办, 我的设置, 帮助) go back with the "
        f"callback; cards (80 % 查, 10 % 记, 10 % 提醒) cannot, and are timed until they stand in the chat, sent by a "
        f"call to a fake WeCom in the process of the bench. Paced for {SECONDS} s, then {IN_A_ROW:,} as "
        f"fast as they are answered over {_CONNECTIONS} connections; CPU is what the program used meanwhile, in all "
        f"threads; the floor is a bare FastAPI route that opens the callback and seals an answer, served alike; "
        f"{machine()}.",
        ("a second", "p50 ms", "p99 ms", "CPU ms each", "with the callback"),
    )
    with _company() as (far, company, config), TemporaryDirectory() as folder:
        floor = _floor(far, company)
        progress("WeCom: commands", 1, 4)
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        _fill(Database(url), far)
        with processes.crmbot(f'[database]\nurl = "{url}"\n{config}') as (process, address, _):
            post = far_wecom.poster(address)
            asyncio.run(post.as_fast(list(far.commands(_WARM)), connections=_CONNECTIONS))
            texts = processes.measured(process, lambda: _paced(post, far, TEXTS, PACE))
            progress("WeCom: commands", 2, 4)
            cards = processes.measured(process, lambda: _shown_cards(post, far, company))
            progress("WeCom: commands", 3, 4)
            bodies = list(far.commands(IN_A_ROW, seed=3))
            fast = processes.measured(process, lambda: asyncio.run(post.as_fast(bodies, connections=_CONNECTIONS)))
        progress("WeCom: commands", 4, 4)
    told = texts.told
    held = percentile(told.times, 0.99) <= 1.0 and len(told.times) == PACE * SECONDS and not told.refused + told.empty
    section.rows.append(Row("bare route (floor)", _cells(floor)))
    section.rows.append(Row(f"{PACE} texts a second", _cells(texts), "p99 ≤ 1 s", held))
    section.rows.append(Row(f"{CARDS_PACE} cards a second", _cells(cards)))
    section.rows.append(Row("texts, as fast as it goes", _cells(fast)))
    return [section]


def _paced(post: Poster, far: FarWeCom, mix: Mapping[str, int], a_second: int) -> Acknowledged:
    bodies = list(far.commands(a_second * SECONDS, mix, seed=2))
    return asyncio.run(post.paced(bodies, a_second=a_second, connections=_CONNECTIONS))


def _shown_cards(post: Poster, far: FarWeCom, company: Sample) -> Acknowledged:
    """The times until each card was there."""
    before = len(company.world.sent)
    told = _paced(post, far, CARDS, CARDS_PACE)
    until = monotonic() + _PATIENCE
    while len(came := _cards_since(company, before)) < len(told.times) and monotonic() < until:
        sleep(0.1)
    by_person: dict[str, list[float]] = defaultdict(list)
    for userid, at in came:
        by_person[userid].append(at)
    return replace(told, times=far.arrivals(told, by_person, a_second=CARDS_PACE))


def _cards_since(company: Sample, before: int) -> list[tuple[str, float]]:
    """Who got a card, and when, in order; each answer has one, after what does not fit on it."""
    sent = company.world.sent[before:]
    return [(userid, one.at) for one in sent if one.msgtype == "template_card" for userid in one.delivered]


@contextmanager
def _company() -> Iterator[tuple[FarWeCom, Sample, str]]:
    """A company on the fake WeCom, and the `[wecom]` section that reaches it."""
    made = sample(RealClock())
    people = [made.world.staff_member(f"staff{number}").userid for number in range(_PEOPLE)]
    customers = [f"甲方{number:03}" for number in range(_CUSTOMERS)]
    platform = Platform(made.crm.token, made.crm.aes_key, made.world.corp_id)
    with wecom(made.world) as fake:
        settings = {**made.app_called_back, "api_url": fake.api_url}
        section = "[wecom]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
        yield FarWeCom(platform, made.crm.agent_id, people, customers), made, section


def _fill(database: Database, far: FarWeCom) -> None:
    """Everybody has ten customers of their own."""
    migrations.upgrade(database)
    now = datetime.now(UTC)
    with database.writing() as session:
        members = [staff.add(session, one, role=Role.SALES, handle=("wecom", one), now=now) for one in far.people]
        for number, name in enumerate(far.customers):
            viewer = of_staff(session, members[number % len(members)], timezone="Asia/Shanghai", language="zh")
            records.create(session, Draft(name), viewer=viewer, now=now)
    database.close()


def _floor(far: FarWeCom, company: Sample) -> Measured:
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    crm = company.crm
    command = ["-m", "bench.wecom_floor", str(port), crm.token, crm.aes_key, company.world.corp_id]
    with processes.serving(command, url, "/readyz") as (process, _):
        post = far_wecom.poster(url)
        asyncio.run(post.as_fast(list(far.commands(_WARM)), connections=_CONNECTIONS))
        bodies = list(far.commands(IN_A_ROW, seed=4))
        return processes.measured(process, lambda: asyncio.run(post.as_fast(bodies, connections=_CONNECTIONS)))


def _cells(measured: Measured) -> Sequence[str]:
    told, count = measured.told, len(measured.told.times)
    share = 1 - (told.empty + told.refused) / count
    return (
        f"{count / told.seconds:,.0f}",
        milliseconds(percentile(told.times, 0.5)),
        milliseconds(percentile(told.times, 0.99)),
        milliseconds(measured.cpu / count),
        f"{share:.1%}",
    )
