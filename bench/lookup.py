"""How long a lookup takes, kind by kind, beside a raw row read in the same run."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bench import company
from bench.company import Person, Sizes
from bench.report import Row, Section, machine, milliseconds, percentile
from bench.rounds import NOTE, medians
from bench.store import Progress
from crm_core.customers.find import Hit, find, rank
from crm_core.database import Database
from crm_core.people.tables import Role
from crm_core.people.viewer import Viewer
from crm_core.text.pinyin import readings
from crm_core.text.postings import read

QUESTIONS = 300

#: How many raw reads the ranked ids of a kind may cost.
_RATIOS = {"full name": 30.0, "phone, whole": 3.0}
_TARGETS = {"sqlite": (5.0, 15.0), "postgresql": (20.0, 25.0)}


@dataclass(frozen=True)
class Kind:
    """One way of asking: a question about a person, "" when this way does not suit them. `loose`: the index has no word
    for it, of a letter or two, or mistyped."""

    name: str
    ask: Callable[[Person], str]
    loose: bool = False


def _chinese(person: Person) -> bool:
    return not person.name.isascii()


def _sound(person: Person) -> list[str]:
    return list(readings(person.name)[0])


def _company_part(person: Person) -> str:
    return person.company[2:4] if person.company and not person.company.isascii() else ""


def _company_with_a_slip(person: Person) -> str:
    return f"{person.company[:3]}餸{person.company[4:6]}" if _company_part(person) else ""


def _swapped(word: str) -> str:
    return word[:2] + word[3] + word[2] + word[4:] if len(word) > 4 else ""


KINDS = (
    Kind("full name", lambda one: one.name if _chinese(one) else ""),
    Kind("one character, surname", lambda one: one.name[0] if _chinese(one) else ""),
    Kind("one character, given name", lambda one: one.name[-1] if _chinese(one) else ""),
    Kind("two characters, surname first", lambda one: one.name[:2] if _chinese(one) else ""),
    Kind("two characters, given name", lambda one: one.name[1:] if _chinese(one) and len(one.name) == 3 else ""),
    Kind("pinyin, whole", lambda one: "".join(_sound(one)) if _chinese(one) else ""),
    Kind("pinyin, two syllables", lambda one: "".join(_sound(one)[:2]) if _chinese(one) else ""),
    Kind("pinyin, surname", lambda one: _sound(one)[0] if _chinese(one) else ""),
    Kind("pinyin, begun", lambda one: "".join(_sound(one))[:-1] if _chinese(one) else ""),
    Kind("initials", lambda one: "".join(sound[0] for sound in _sound(one)) if _chinese(one) else ""),
    Kind("phone, whole", lambda one: one.phone.removeprefix("+86")),
    Kind("phone, last four", lambda one: one.phone[-4:]),
    Kind("e-mail, whole", lambda one: one.email),
    Kind("e-mail, begun", lambda one: one.email.partition("@")[0]),
    Kind("company, two characters", _company_part),
    Kind("company, whole", lambda one: one.company),
    Kind("English first name", lambda one: one.name.split()[0] if not _chinese(one) else ""),
    Kind("English last name", lambda one: one.name.split()[1] if not _chinese(one) else ""),
    Kind("English, both", lambda one: one.name if not _chinese(one) else ""),
    Kind("English, begun", lambda one: one.name.split()[1][:4] if not _chinese(one) else ""),
    Kind("English, two letters", lambda one: one.name.split()[1][:2] if not _chinese(one) else "", loose=True),
    Kind("English, one letter", lambda one: one.name.split()[1][:1] if not _chinese(one) else "", loose=True),
    Kind("tag and surname", lambda one: f"{one.tag} {one.name[0]}" if _chinese(one) else ""),
    Kind("company and person", lambda one: f"{_company_part(one)} {one.name}" if _chinese(one) and one.company else ""),
    Kind("form of address", lambda one: f"{one.name[0]}经理" if _chinese(one) else ""),
    Kind("nobody", lambda one: f"{one.name[0]}鑫淼" if _chinese(one) else "", loose=True),
    Kind("mistyped, one character", lambda one: f"{one.name[:2]}餸" if len(one.name) == 3 else "", loose=True),
    Kind("mistyped, company", _company_with_a_slip, loose=True),
    Kind("mistyped, English", lambda one: _swapped(one.name.split()[1]) if not _chinese(one) else "", loose=True),
)  # fmt: skip


def run(sizes: Sizes, databases: Sequence[Database], progress: Progress) -> list[Section]:
    """A section per database: the ranked ids, and the records with them."""
    return [_section(sizes, database, progress) for database in databases]


def _section(sizes: Sizes, database: Database, progress: Progress) -> Section:
    with database.reading() as session:
        people = people_of(session, sizes)
        row, phone = _floor(session, people, "SELECT * FROM customer WHERE id = ?"), _phone_floor(session, people)
        section = Section(
            f"Lookup on {shown(database)}",
            f"{sizes.customers:,} customers, {sizes.staff} owners, up to {QUESTIONS} questions of each kind, no two "
            f"alike; {NOTE}; {machine(version(session))}. The viewer may see everybody and owns the one looked for.\n"
            "`ids`: ranked ids; `find`: with the records; `found`: the one meant is among the first ten.\n\n"
            f"Milliseconds. A raw row read: {milliseconds(row)}; one by phone: {milliseconds(phone)}.",
            ("ids p50", "ids p99", "find p50", "find p99", "found", "× floor"),
        )
        for at, kind in enumerate(KINDS):
            progress(f"{database.dialect}: lookups", at + 1, len(KINDS))
            floor = phone if kind.name == "phone, whole" else row
            section.rows.append(_row(session, database, kind, people, floor))
    return section


def _row(session: Session, database: Database, kind: Kind, people: list[Person], floor: float) -> Row:
    distinct = {(query, one.owner_id): one for one in people if (query := kind.ask(one))}
    asked = [(query, one) for (query, _), one in distinct.items()][:QUESTIONS]
    ids = medians(lambda question: _ranked(session, *question), asked)
    whole = medians(lambda question: _found(session, *question), asked)
    found = sum(any(hit.customer.id == one.id for hit in _found(session, query, one)) for query, one in asked)
    share = "" if kind.name == "nobody" else f"{found / len(asked):.0%}"
    return _judged(database, kind, (ids, whole), share, floor)


def _ranked(session: Session, query: str, one: Person) -> Sequence[object]:
    return rank(session, query, viewer=_viewer(one), now=company.NOW)


def _found(session: Session, query: str, one: Person) -> Sequence[Hit]:
    return find(session, query, viewer=_viewer(one), now=company.NOW)


def _judged(database: Database, kind: Kind, times: tuple[list[float], list[float]], share: str, floor: float) -> Row:
    limit = _TARGETS[database.dialect][kind.loose]
    ids, whole = times
    ratio = percentile(ids, 0.5) / floor
    most = _RATIOS.get(kind.name, 0.0) if database.dialect == "sqlite" else 0.0
    target = f"p99 ≤ {limit:.0f} ms" + (f", ids ≤ {most:.0f} ×" if most else "")
    held = percentile(whole, 0.99) * 1000 <= limit and (not most or ratio <= most)
    cells = [milliseconds(percentile(values, part)) for values in times for part in (0.5, 0.99)]
    return Row(kind.name, (*cells, share, f"{ratio:.1f}"), target, held)


def people_of(session: Session, sizes: Sizes) -> list[Person]:
    """Thousands of persons of the database, the same in every run."""
    chance = random.Random(21)
    ids = sorted(chance.sample(range(sizes.companies + 1, sizes.customers + 1), min(8000, sizes.customers // 2)))
    sql = (
        "SELECT c.id, c.name, c.owner_id, p.value, e.value, COALESCE(f.name, ''), t.name FROM customer c "
        "JOIN contact_point p ON p.customer_id = c.id AND p.kind = 'phone' "
        "JOIN contact_point e ON e.customer_id = c.id AND e.kind = 'email' "
        "JOIN customer_tag ct ON ct.customer_id = c.id JOIN tag t ON t.id = ct.tag_id "
        f"LEFT JOIN customer f ON f.id = c.company_id WHERE c.id IN ({', '.join(map(str, ids))}) ORDER BY c.id"
    )
    people = [Person(*row) for row in read(session, sql)]
    chance.shuffle(people)
    return people


def _floor(session: Session, people: list[Person], sql: str) -> float:
    times = medians(lambda one: read(session, sql, (one.id,)), people[:QUESTIONS])
    return percentile(times, 0.5)


def _phone_floor(session: Session, people: list[Person]) -> float:
    sql = "SELECT c.* FROM contact_point p JOIN customer c ON c.id = p.customer_id WHERE p.reversed = ?"
    times = medians(lambda one: read(session, sql, (one.phone.removeprefix("+")[::-1],)), people[:QUESTIONS])
    return percentile(times, 0.5)


def _viewer(one: Person) -> Viewer:
    return Viewer(staff_id=one.owner_id, name="Rep", role=Role.MANAGER, owners=None)


def shown(database: Database) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[database.dialect]


def version(session: Session) -> str:
    if session.get_bind().dialect.name == "sqlite":
        return ""
    return str(read(session, "SHOW server_version")[0][0]).split()[0]
