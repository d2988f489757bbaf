"""`crmbot sequence`: sequences out of a file, made or changed, and switched on."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import options

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.cli import doors
    from bot.sequence_files import SequenceIn
    from crm_core.outreach.sequences.sequences import Made
    from crm_core.outreach.sequences.tables import Sequence


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser(
        "sequence",
        help="make or change sequences out of a file (.toml, .json)",
        description="Make the sequences a file describes, or change those of the same name, and say who would enter. "
        "Nothing runs before a sequence is switched on: with --on, or in the chat.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    options.add_config(parser)
    options.add_person(parser)
    parser.add_argument("--on", action="store_true", help="switch them on")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 something in the file was refused, and nothing was changed."""
    from bot import sequence_files
    from bot.cli import doors
    from crm_core.errors import CrmError

    with doors.opened(arguments) as door:
        try:
            documents = sequence_files.read(arguments.file, door.viewer.language)
            with door.database.writing() as session:
                lines = [_take(session, door, document, on=arguments.on) for document in documents]
        except CrmError as error:
            door.complain(error)
            return 1
        print("\n".join(lines), flush=True)
        return 0


def _take(session: "Session", door: "doors.Door", document: "SequenceIn", *, on: bool) -> str:
    """Make or change one, in one recorded operation; a line that says what it does now."""
    from bot.language import listing
    from bot.language.phrases import sequence as phrases
    from bot.language.phrases import sequence_approval as approval
    from bot.outreach.company import company_of
    from crm_core.outreach.sequences import entering, plans
    from crm_core.people import operations

    viewer, now = door.viewer, door.now
    with operations.recording(session, viewer=viewer, command=f"crmbot sequence {document.name}", now=now):
        made = _made(session, door, document)
        plan, company = plans.of(made.version), company_of(door.config)
        seen = entering.preview(session, made.sequence, plan, viewer=viewer, now=now, company=company)
        asked = _switched_on(session, door, made.sequence) if on else []
    said = approval.FILE_ASKED if asked else phrases.FILE_ON if on else phrases.FILE_DRAFT
    return said.say(
        viewer.language,
        name=made.sequence.name,
        version=made.version.number,
        steps=len(plan.steps),
        entering=seen.entering,
        names=listing.listed(asked, viewer.language),
    )


def _switched_on(session: "Session", door: "doors.Door", sequence: "Sequence") -> list[str]:
    """Switch it on, or ask those who have to agree; who was asked, by name."""
    from crm_core.outreach.sequences import agreement, sequences

    viewer, now, above = door.viewer, door.now, door.config.broadcasts.approval_above
    if not agreement.needed(session, sequence, viewer=viewer, now=now, above=above):
        sequences.switch_on(session, sequence, viewer=viewer, now=now)
        return []
    asked = agreement.ask(session, sequence, viewer=viewer, now=now, above=above, platform="")
    return [person.name for person in asked]


def _made(session: "Session", door: "doors.Door", document: "SequenceIn") -> "Made":
    from bot.sequence_files import plan_of
    from crm_core.errors import NotFound
    from crm_core.outreach.sequences import sequences

    plan = plan_of(document)
    try:
        known = sequences.named(session, document.name)
    except NotFound:
        return sequences.make(session, document.name, plan, viewer=door.viewer, now=door.now)
    return sequences.revise(session, known, plan, viewer=door.viewer, now=door.now)
