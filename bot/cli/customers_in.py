"""Customers out of a table: shown, asked about, taken in slice by slice."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlmodel import Session

from bot.cli.doors import Door, progress
from bot.language import listing
from bot.language.phrase import Phrase
from bot.language.phrases import fields as field_phrases
from bot.language.phrases import transfer as phrases
from crm_core.customers import fields
from crm_core.errors import Invalid
from crm_core.transfer import exporting, importing, rejects, runs, sheets, trying
from crm_core.transfer.headers import Column, Left
from crm_core.transfer.importing import Outcome, Plan, Tally, Turned

SLICE = 300
_SHOWN_ROWS = 5
_LISTED = 20
#: What is said of those who are there already: in an import nobody is asked whether to add them anyway.
_KNOWN = {
    "customer_duplicate": phrases.KNOWN,
    "customer_duplicate_hidden": phrases.KNOWN_HIDDEN,
    "customer_duplicate_row": phrases.KNOWN_ROW,
}
_LONGEST_SHOWN = 60
#: Of what is printed where there is no terminal, in characters.
_WIDEST = 200


def take(door: Door, file: Path, said: Mapping[str, str], *, dry: bool, yes: bool) -> int:
    """Import the customers of this file; the exit code. Raises `CrmError` when it cannot be read."""
    sheet = sheets.read(file)
    with door.database.reading() as session:
        plan = importing.plan(session, sheet, said, viewer=door.viewer)
        labels = {one.key: Phrase(one.label_zh, one.label_en) for one in fields.active(session)}
    _show_columns(door, file, plan, phrases.FIELDS | labels)
    _show_unknown(door, plan)
    if dry:
        return _report(door, phrases.TRIED, _try(door, plan))
    _show_rows(door, plan)
    if not door.confirms(phrases.GO_ON, yes=yes):
        return 0
    tally = _take_in(door, plan)
    with door.database.writing() as session:
        runs.finish(session, file.name, _counts(tally), viewer=door.viewer, now=door.now)
    code = _report(door, phrases.DONE, tally)
    _keep_rejects(door, file, plan, tally)
    if tally.rejected and said:
        door.say(phrases.SAME_MAP)
    return code


def _try(door: Door, plan: Plan) -> Tally:
    """Everything is looked at and nothing is written, so that nobody has to wait."""
    before = trying.Before()

    def looked(rows: range) -> list[Turned]:
        with door.database.reading() as session:
            return trying.look(
                session, plan, rows, before, viewer=door.viewer, now=door.now, country=door.config.bot.country
            )

    return _tally(door, plan, looked)


def _take_in(door: Door, plan: Plan) -> Tally:
    """One transaction for each slice, so that what is done stays done."""
    lines: dict[int, int] = {}

    def committed(rows: range) -> list[Turned]:
        with door.database.writing() as session:
            return _slice(door, session, plan, rows, lines)

    return _tally(door, plan, committed)


def _slice(door: Door, session: Session, plan: Plan, rows: range, lines: dict[int, int]) -> list[Turned]:
    country = door.config.bot.country
    return importing.take(session, plan, rows, viewer=door.viewer, now=door.now, country=country, lines=lines)


def _tally(door: Door, plan: Plan, take_slice: Callable[[range], list[Turned]]) -> Tally:
    tally, total = Tally(), len(plan.sheet.rows)
    with progress(phrases.PROGRESS_IN.say(door.viewer.language), total) as report:
        for first in range(0, total, SLICE):
            for turned in take_slice(range(first, min(first + SLICE, total))):
                tally.add(turned)
            report(first + SLICE)
    return tally


def _show_columns(door: Door, file: Path, plan: Plan, labels: Mapping[str, Phrase]) -> None:
    language = door.viewer.language
    table = Table(title=phrases.COLUMNS_TITLE.say(language, file=file.name, rows=len(plan.sheet.rows)))
    for heading in (phrases.COLUMN, phrases.FIELD, phrases.SAMPLE):
        table.add_column(heading.say(language), overflow="fold")
    for place, column in enumerate(plan.columns):
        sample = next((row[place] for row in plan.sheet.rows[:_SHOWN_ROWS] if row[place].strip()), "")
        table.add_row(_cell(column.heading), _cell(_label(column, labels, language)), _cell(sample))
    _terminal().print(table)


def _label(column: Column, labels: Mapping[str, Phrase], language: str) -> str:
    if column.field:
        return labels[column.field].say(language)
    if column.left is Left.TAKEN:
        return phrases.LEFT_TAKEN.say(language, field=labels[column.taken].say(language))
    return (phrases.LEFT_UNKNOWN if column.left is Left.UNKNOWN else phrases.LEFT_OUT).say(language)


def _show_unknown(door: Door, plan: Plan) -> None:
    """How the columns that no field is known for can come in, as commands to be copied."""
    unknown = [place for place, column in enumerate(plan.columns) if column.left is Left.UNKNOWN and column.heading]
    if not unknown:
        return
    headings = [plan.columns[place].heading[:_LONGEST_SHOWN] for place in unknown[:_LISTED]]
    door.say(phrases.UNKNOWN_COLUMNS, headings=listing.listed(headings, door.viewer.language))
    for place in unknown[:_LISTED]:
        kind = fields.likely_type(row[place] for row in plan.sheet.rows[:SLICE])
        label = " ".join(plan.columns[place].heading.replace("/", " ").split())[:_LONGEST_SHOWN]
        door.say(phrases.DECLARE, label=label, type=field_phrases.TYPES[kind].say(door.viewer.language))


def _show_rows(door: Door, plan: Plan) -> None:
    """The first rows as they come out, in a transaction that is rolled back."""
    with door.database.writing() as session:
        turned = _slice(door, session, plan, range(min(_SHOWN_ROWS, len(plan.sheet.rows))), {})
        added = [one.customer_id for one in turned if one.customer_id is not None]
        headings, *rows = exporting.table(session, added, viewer=door.viewer)
        session.rollback()
    if rows:
        _print_rows(phrases.ROWS_TITLE.say(door.viewer.language), headings, rows)
    for one in turned:
        if one.error is not None:
            door.say(phrases.ROW_NOT_ADDED, row=one.number, reason=_reason(door, one))


def _print_rows(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Only the columns in which something stands."""
    filled = [place for place in range(len(headings)) if any(row[place] for row in rows)]
    table = Table(title=title)
    for place in filled:
        table.add_column(_cell(headings[place]), overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[place]) for place in filled))
    _terminal().print(table)


def _report(door: Door, summary: Phrase, tally: Tally) -> int:
    """Say how it went; the exit code."""
    counts = _counts(tally)
    _list(door, phrases.DUPLICATES, tally.duplicates)
    _list(door, phrases.REJECTS, tally.rejected)
    door.say(summary, **counts)
    return 0 if counts[Outcome.ADDED] or counts[Outcome.DUPLICATE] else 1


def _list(door: Door, title: Phrase, several: Sequence[Turned]) -> None:
    if not several:
        return
    door.say(title)
    for one in several[:_LISTED]:
        door.say(phrases.LINE, row=one.number, reason=_reason(door, one))
    if len(several) > _LISTED:
        door.say(phrases.MORE, count=len(several) - _LISTED)


def _keep_rejects(door: Door, file: Path, plan: Plan, tally: Tally) -> None:
    """The rows that stayed out, as they were, with the reason: to be mended and given again."""
    if not tally.rejected:
        return
    target = file.with_name(f"{file.name}.rejects.csv")
    width = len([column for column in plan.columns if column.left is not Left.OURS])
    rows = [(one.row[:width], _reason(door, one)) for one in sorted(tally.rejected, key=lambda one: one.number)]
    try:
        rejects.write(target, plan.sheet.header[:width], rows, language=door.viewer.language)
    except OSError:
        raise Invalid("file_unwritable", file=target.name) from None
    door.say(phrases.REJECTS_KEPT, file=target)


def _reason(door: Door, turned: Turned) -> str:
    error = turned.error
    if error is None:
        return ""
    known = _KNOWN.get(error.problem)
    return known.say(door.viewer.language, **error.details) if known else door.explain(error)


def _counts(tally: Tally) -> dict[str, int]:
    return {outcome.value: tally.counts[outcome] for outcome in Outcome}


def _cell(text: str) -> Text:
    return Text(text[:_LONGEST_SHOWN])


def _terminal() -> Console:
    """Standard output; as wide as a table needs where it is no terminal."""
    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=_WIDEST)
