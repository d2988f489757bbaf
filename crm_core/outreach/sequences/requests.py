"""The request that somebody else agrees to a version of a sequence: settled once, whatever it is settled by."""

from datetime import datetime

from sqlmodel import Session

from crm_core.outreach import approvals
from crm_core.outreach.approvals import Matter
from crm_core.outreach.sequences.tables import SequenceVersion
from crm_core.people.viewer import Viewer


def settle(
    session: Session, version: SequenceVersion, how: str, *, viewer: Viewer, now: datetime, platform: str = ""
) -> bool:
    """Nobody is asked any more: that is on record, and its author is told, unless it was them. False: nobody was asked.

    `how`: approved, refused, taken_over (somebody else switched it on, for their own customers) or withdrawn (the
    sequence was changed, paused or switched off meanwhile, or its author needed nobody any more).
    """
    if version.asked_at is None:
        return False
    version.asked_at = None
    session.add(version)
    session.flush()
    approvals.settled(session, matter(version, platform), how, viewer=viewer, now=now)
    return True


def matter(version: SequenceVersion, platform: str) -> Matter:
    """The version as what is to be agreed to."""
    named_by = {"sequence_id": version.sequence_id, "version": version.number}
    return Matter("sequence", version.created_by_id, named_by, platform)
