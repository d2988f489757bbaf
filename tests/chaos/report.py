"""What a run did and what was found, for docs/reliability.md."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import report
from bench.report import Row, Section
from tests.fakes.finding import Finding
from tests.fakes.journal import Entry

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

_HEAD = """# What it withstands

Written by `make chaos`: the program as it is served, against fakes of the platforms on the same machine. People talk,
the network doubles, reorders and cuts deliveries, and the program is killed; then a judge holds what was captured
against what was said. A finding is a message that was lost, doubled or wrong, an edit or a deletion that was not
applied, a late or missing acknowledgement, an answer that never came, a word of the records before outsiders, or a
secret in the log.
"""


@dataclass(frozen=True)
class Troubles:
    """What befell the deliveries of one app."""

    attempts: int
    again: int
    doubled: int
    reordered: int
    cut: int


@dataclass(frozen=True)
class Result:
    """Everything the judge found, and what the run went through."""

    findings: list[Finding]
    troubles: Troubles


def troubles(entries: Sequence[Entry], overtaken: int, *, first: int) -> Troubles:
    """Of the attempts in a journal, the first one of each numbered `first`. `doubled`: acknowledged more than once;
    `again`: brought again for any reason."""
    taken = Counter(entry["key"] for entry in entries if not entry["reason"])
    return Troubles(
        attempts=len(entries),
        again=sum(entry["attempt"] > first for entry in entries),
        doubled=sum(times > 1 for times in taken.values()),
        reordered=overtaken,
        cut=sum(bool(entry["disturbed"]) for entry in entries),
    )


def write(title: str, note: str, result: Result, *, page: Path = PAGE) -> None:
    """Put one run into the page."""
    befell = result.troubles
    rows = [
        Row("delivery attempts", (f"{befell.attempts:,}",)),
        Row("of them again", (f"{befell.again:,}",)),
        Row("events taken twice or more", (f"{befell.doubled:,}",)),
        Row("events overtaken by later ones", (f"{befell.reordered:,}",)),
        Row("attempts cut by the network", (f"{befell.cut:,}",)),
        Row("findings", (f"{len(result.findings):,}",), "0", not result.findings),
    ]
    put(title, note, rows, page=page)


def put(title: str, note: str, rows: list[Row], *, page: Path = PAGE) -> None:
    """Put the rows of one run into the page."""
    report.write([Section(title, note, ("times",), rows)], page=page, head=_HEAD)
