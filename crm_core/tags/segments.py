"""Segments: who is meant by `VIP & !流失 | (tier:A & 最近联系<30天)`.

Names are tags, stages (潜在, won …) or saved segments; `field:value` and `field<30d` ask for fields, see `vocabulary`.
`mine` / `我的` are the asker's own customers, `everybody` / `全部` all whom they see.
Operators are & | ! with brackets, or and/or/not/且/或/非. A bare word that is both a tag and a stage means either.
Whether somebody opted out plays no part here; a broadcast looks at that itself.
"""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_core.customers import fields, names, owners, stages
from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer
from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.people.viewer import Right, Viewer
from crm_core.tags import conditions, tags, vocabulary
from crm_core.tags.conditions import Scope, find
from crm_core.tags.expression import Compare, Expression, Word, leaves
from crm_core.tags.parsing import parse
from crm_core.tags.tables import Segment

__all__ = ["Expression", "find", "is_named", "matching", "named", "parse", "remove", "resolve", "save", "saved"]


def matching(session: Session, expression: Expression, *, viewer: Viewer, now: datetime) -> SelectOfScalar[int]:
    """The ids of the customers it means, of those this viewer sees; survivors only. One statement, not run yet.

    Raises `NotFound` (`tag_not_found`, `staff_not_found`), `NotAllowed`, `Invalid`; see `conditions.condition`.
    """
    viewer.require(Right.READ)
    meant = conditions.condition(Scope(session, viewer, now), expression)
    return select(Customer.id).where(visible(viewer), meant)


def resolve(session: Session, text: str) -> Expression:
    """What is meant by the name of a saved segment, of a tag, of a stage, or by an expression.

    Raises `Invalid` (see `parse`; `segment_field_unknown`), `NotFound` (`tag_not_found`, `staff_not_found`).
    """
    segment = find(session, text)
    if segment is not None:
        return parse(segment.expression)
    expression = parse(text, known=lambda name: _is_name(session, name))
    for leaf in leaves(expression):
        _require_known(session, leaf)
    return expression


def save(session: Session, name: str, text: str, *, viewer: Viewer, now: datetime) -> Segment:
    """Keep an expression under a name; one of one's own (for administrators: any) is replaced.

    Raises `NotAllowed`, `Conflict` (`segment_name_taken`), `Invalid` (a name, `segment_circular`, see `resolve`).
    """
    viewer.require(Right.WRITE)
    tidy = tags.parse_name(name)
    segment = find(session, tidy)
    _refuse_taken(session, tidy, segment, viewer)
    expression = resolve(session, text)
    itself = frozenset({segment.id} if segment else ())
    conditions.condition(Scope(session, viewer, now, itself), expression)
    segment = segment or Segment(
        name=tidy, name_key=names.matching_form(tidy), expression="", created_by_id=viewer.staff_id, created_at=now
    )
    segment.name, segment.expression = tidy, str(expression)
    session.add(segment)
    session.flush()
    return segment


def named(session: Session, name: str) -> Segment:
    """The saved segment of this name. Raises `NotFound("segment_not_found")`."""
    segment = find(session, name)
    if segment is None:
        raise NotFound("segment_not_found", name=name[: tags.LONGEST])
    return segment


def saved(session: Session) -> list[Segment]:
    """All saved segments, by name."""
    return list(session.exec(select(Segment).order_by(col(Segment.name_key))))


def is_named(session: Session, name: str) -> bool:
    """Whether a saved segment, a tag or a stage is called so."""
    return bool(find(session, name) or tags.find(session, name) or stages.stage_of(name))


def remove(session: Session, segment: Segment, *, viewer: Viewer) -> None:
    """Forget a saved segment of one's own (for administrators: any). Raises `NotAllowed`."""
    if viewer.staff_id is None or segment.created_by_id != viewer.staff_id:
        viewer.require(Right.ADMIN)
    viewer.require(Right.WRITE)
    session.delete(segment)
    session.flush()


def _refuse_taken(session: Session, name: str, segment: Segment | None, viewer: Viewer) -> None:
    foreign = segment is not None and segment.created_by_id != viewer.staff_id and not viewer.may(Right.ADMIN)
    if foreign or tags.find(session, name) is not None or stages.stage_of(name) is not None:
        raise Conflict("segment_name_taken", name=name)


def _is_name(session: Session, name: str) -> bool:
    return is_named(session, name) or names.matching_form(name) in vocabulary.MINE | vocabulary.EVERYBODY


def _require_known(session: Session, leaf: Word | Compare) -> None:
    if isinstance(leaf, Word):
        if not _is_name(session, leaf.name):
            raise NotFound("tag_not_found", name=leaf.name[: tags.LONGEST])
    elif leaf.field == "tag":
        tags.named(session, leaf.value)
    elif leaf.field == "owner":
        owners.require_known(session, leaf.value)
    elif vocabulary.field_named(leaf.field) is None and fields.find(session, leaf.field) is None:
        raise Invalid("segment_field_unknown", field=leaf.field[:40], at=leaf.at)
