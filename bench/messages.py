"""How long a search of what was said takes, kind by kind, and how large its index is beside the text."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bench import lookup, store
from bench.company import Sizes
from bench.report import Row, Section, machine, milliseconds, percentile
from bench.rounds import NOTE, medians
from bench.store import Progress
from crm_core.conversations.search import search
from crm_core.database import Database
from crm_core.people.tables import Role
from crm_core.people.viewer import Viewer
from crm_core.text.postings import marks, read
from crm_core.text.tokens import is_cjk, runs

QUESTIONS = 150

_TARGETS = {"sqlite": 3.0, "postgresql": 80.0}
_EVERYBODY = Viewer(staff_id=None, name="Boss", role=Role.ADMIN, owners=None)


@dataclass(frozen=True)
class Said:
    """A message to search for."""

    chance: random.Random
    id: int
    customer_id: int
    owner_id: int | None
    text: str

    def piece(self, length: int) -> str:
        """So many characters that stand together in it."""
        long = [run for run in runs(self.text) if is_cjk(run) and len(run) >= length]
        run = self.chance.choice(long) if long else ""
        at = self.chance.randrange(len(run) - length + 1) if run else 0
        return run[at : at + length]

    def number(self) -> str:
        return next((f"PO-{run}" for run in runs(self.text) if run.isdecimal() and len(run) == 6), "")

    def word(self) -> str:
        return next((run for run in runs(self.text) if run.isascii() and run.isalpha() and len(run) > 4), "")


@dataclass(frozen=True)
class Kind:
    name: str
    ask: Callable[[Said], str]
    scope: str = "all"


KINDS = (
    Kind("two characters, very common", lambda _: "发票"),
    Kind("two characters, any", lambda said: said.piece(2)),
    Kind("two characters, rare", lambda said: said.chance.choice(("淬火", "滑雪", "疫苗", "电容", "露营", "无人机"))),
    Kind("three characters", lambda said: said.piece(3)),
    Kind("four characters", lambda said: said.piece(4)),
    Kind("two words", lambda said: f"{said.piece(2)} {said.piece(2)}"),
    Kind("rare and common", lambda said: f"{said.chance.choice(('淬火', '滑雪', '疫苗'))} 您好"),
    Kind("two that never meet", lambda _: "滑雪 疫苗"),
    Kind("an English word", lambda said: said.word()),
    Kind("an order number", lambda said: said.number()),
    Kind("a word that is nowhere", lambda _: "魑魅"),
    Kind("own customers, any two characters", lambda said: said.piece(2), scope="own"),
    Kind("own customers, common", lambda _: "发票", scope="own"),
    Kind("one customer, one character", lambda said: said.piece(1), scope="customer"),
    Kind("one customer, any two characters", lambda said: said.piece(2), scope="customer"),
)


def run(sizes: Sizes, databases: Sequence[Database], progress: Progress) -> list[Section]:
    """A section per database."""
    return [_section(sizes, database, progress) for database in databases]


def _section(sizes: Sizes, database: Database, progress: Progress) -> Section:
    with database.reading() as session:
        said = _said(session, sizes)
        floor = _floor(session, said)
        section = Section(
            f"Message search on {lookup.shown(database)}",
            f"{sizes.messages:,} messages, half of them with one hundredth of the customers; {QUESTIONS} questions of "
            f"each kind, 20 answers each; {NOTE}; {machine(lookup.version(session))}. Milliseconds.\n\n"
            f"Floor: reading 20 raw rows by id {milliseconds(floor)} ms.",
            ("p50", "p99", "found", "× floor"),
        )
        for at, kind in enumerate(KINDS):
            progress(f"{database.dialect}: searches", at + 1, len(KINDS))
            section.rows.append(_row(session, database, kind, said, floor))
        section.rows.append(_size(session, database))
    seconds = store.facts(database, sizes)
    built = f"{seconds['message index']:.0f} s"
    section.rows.append(Row("building the index, with its tokens", (built, "", "", "")))
    return section


def _row(session: Session, database: Database, kind: Kind, said: list[Said], floor: float) -> Row:
    shortest = 1 if kind.scope == "customer" else 2
    asked = [(one, query) for one in said if len(query := kind.ask(one).strip()) >= shortest][:QUESTIONS]
    times = medians(lambda question: _search(session, kind, *question), asked)
    found = sum(bool(_search(session, kind, *question)) for question in asked)
    p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
    limit = _TARGETS[database.dialect]
    cells = (milliseconds(p50), milliseconds(p99), f"{found / len(times):.0%}", f"{p50 / floor:.1f}")
    return Row(kind.name, cells, f"p99 ≤ {limit:.0f} ms", p99 * 1000 <= limit)


def _search(session: Session, kind: Kind, one: Said, query: str) -> Sequence[object]:
    if kind.scope == "own":
        own = frozenset({one.owner_id or 1})
        viewer = Viewer(staff_id=one.owner_id or 1, name="Rep", role=Role.SALES, owners=own)
        return search(session, query, viewer=viewer)
    customer_id = one.customer_id if kind.scope == "customer" else None
    return search(session, query, viewer=_EVERYBODY, customer_id=customer_id)


def _size(session: Session, database: Database) -> Row:
    if database.dialect == "sqlite":
        words = read(session, "SELECT sum(length(CAST(text AS BLOB))) FROM message")[0][0]
        size = read(session, "SELECT sum(length(block)) FROM search_message_data")[0][0]
        target, most = "≤ 0.6 × the text", 0.6
    else:
        words = read(session, "SELECT sum(octet_length(text)) FROM message")[0][0]
        size = read(session, "SELECT pg_relation_size('search_message_gin')")[0][0]
        target, most = "", 0.0
    share = float(size) / float(words)
    cells = (f"{size / 2**20:.0f} MB", f"text {words / 2**20:.0f} MB", "", f"{share:.2f} × text")
    return Row("size of the index", cells, target, share <= most if most else None)


def _said(session: Session, sizes: Sizes) -> list[Said]:
    """A few thousand messages, the same in every run."""
    chance = random.Random(22)
    ids = sorted(chance.sample(range(1, sizes.messages + 1), min(4000, sizes.messages // 2)))
    sql = f"SELECT id, customer_id, owner_id, text FROM message WHERE id IN ({', '.join(map(str, ids))}) ORDER BY id"
    said = [Said(chance, *row) for row in read(session, sql)]
    chance.shuffle(said)
    return said


def _floor(session: Session, said: list[Said]) -> float:
    twenties = [[one.id for one in said[at : at + 20]] for at in range(0, 2000, 20)]
    sql = f"SELECT * FROM message WHERE id IN ({marks(twenties[0])})"
    return percentile(medians(lambda ids: read(session, sql, ids), twenties), 0.5)
