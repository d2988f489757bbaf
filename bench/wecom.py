"""Commands to WeCom's app: how soon they are answered with the callback itself."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import far_wecom, processes
from bench.far_wecom import CARDS, TEXTS, FarWeCom
from bench.posting import Acknowledged, Poster
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

#: Commands a second for a minute, and how many in a row for the rate.
PACE, SECONDS = 50, 60
IN_A_ROW = 2000
_PEOPLE, _CUSTOMERS = 50, 500
_CONNECTIONS = 50
_WARM = 200


def run(progress: Progress) -> list[Section]:
    section = Section(
        "WeCom: answers with the callback",
        f"Sealed commands over HTTP to `crmbot serve` as a process of its own, by {_PEOPLE} members of staff about "
        f"{_CUSTOMERS} customers, SQLite, `synchronous=FULL`. Texts (历史, 我的待办, 我的设置, 帮助) go back with the "
        f"callback; cards (80 % 查, 10 % 记, 10 % 提醒) go out by a call of their own before it is acknowledged, to a "
        f"fake WeCom in the process of the bench. Paced {PACE} a second for {SECONDS} s, then {IN_A_ROW:,} as fast as "
        f"they are answered over {_CONNECTIONS} connections; the floor is a bare FastAPI route that opens the callback "
        f"and seals an answer, served alike; {machine()}.",
        ("a second", "p50 ms", "p99 ms", "answered with the callback"),
    )
    with _company() as (far, company, config), TemporaryDirectory() as folder:
        floor = _floor(far, company)
        progress("WeCom: commands", 1, 4)
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        _fill(Database(url), far)
        with processes.crmbot(f'[database]\nurl = "{url}"\n{config}') as (_, address, _):
            post = far_wecom.poster(address)
            asyncio.run(post.as_fast(list(far.commands(_WARM)), connections=_CONNECTIONS))
            texts = _paced(post, far, TEXTS)
            progress("WeCom: commands", 2, 4)
            cards = _paced(post, far, CARDS)
            progress("WeCom: commands", 3, 4)
            fast = asyncio.run(post.as_fast(list(far.commands(IN_A_ROW, seed=3)), connections=_CONNECTIONS))
        progress("WeCom: commands", 4, 4)
    held = [percentile(told.times, 0.99) <= 1.0 and not told.refused for told in (texts, cards)]
    section.rows.append(Row("bare route (floor)", _cells(floor)))
    section.rows.append(Row(f"{PACE} texts a second", _cells(texts), "p99 ≤ 1 s", held[0] and not texts.empty))
    section.rows.append(Row(f"{PACE} cards a second", _cells(cards), "p99 ≤ 1 s", held[1]))
    section.rows.append(Row("texts, as fast as it goes", _cells(fast)))
    return [section]


def _paced(post: Poster, far: FarWeCom, mix: Mapping[str, int]) -> Acknowledged:
    bodies = list(far.commands(PACE * SECONDS, mix, seed=2))
    return asyncio.run(post.paced(bodies, a_second=PACE, connections=_CONNECTIONS))


@contextmanager
def _company() -> Iterator[tuple[FarWeCom, Sample, str]]:
    """A company on the fake WeCom, and the `[wecom]` section that reaches it."""
    made = sample(RealClock())
    people = [made.world.staff_member(f"staff{number}").userid for number in range(_PEOPLE)]
    customers = [f"甲方{number:03}" for number in range(_CUSTOMERS)]
    platform = Platform(made.crm.token, made.crm.aes_key, made.world.corp_id)
    with wecom(made.world) as fake:
        settings = {
            "corp_id": f'"{made.world.corp_id}"',
            "agent_id": made.crm.agent_id,
            "secret": f'"{made.crm.secret}"',
            "token": f'"{made.crm.token}"',
            "encoding_aes_key": f'"{made.crm.aes_key}"',
            "api_url": f'"{fake.api_url}"',
        }
        section = "[wecom]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items())
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


def _floor(far: FarWeCom, company: Sample) -> Acknowledged:
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    crm = company.crm
    command = ["-m", "bench.wecom_floor", str(port), crm.token, crm.aes_key, company.world.corp_id]
    with processes.serving(command, url, "/readyz"):
        post = far_wecom.poster(url)
        asyncio.run(post.as_fast(list(far.commands(_WARM)), connections=_CONNECTIONS))
        return asyncio.run(post.as_fast(list(far.commands(IN_A_ROW, seed=4)), connections=_CONNECTIONS))


def _cells(told: Acknowledged) -> Sequence[str]:
    share = 1 - (told.empty + told.refused) / len(told.times)
    rate = len(told.times) / told.seconds
    return f"{rate:,.0f}", _shown(told, 0.5), _shown(told, 0.99), f"{share:.1%}"


def _shown(told: Acknowledged, share: float) -> str:
    return milliseconds(percentile(told.times, share))
