"""What a broadcast would come to if it were confirmed now: to how many, why not the others, three texts as they
arrive."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from crm_core.outreach import audiences, freezing, places, texts
from crm_core.outreach.manners import POLITE, Manners
from crm_core.outreach.places import Place
from crm_core.outreach.tables import Broadcast, BroadcastState, BroadcastWork
from crm_core.outreach.tally import SMALL, Tally
from crm_core.outreach.texts import Sample
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right, Viewer


@dataclass(frozen=True)
class Preview:
    """`total`: whom the segment matches; `left_out`: reason → how many of them receive nothing. `asked`: the members of
    staff who have to send it → to how many, the busiest first. `ways`: platform → how many receive it there.
    `places`: the first rooms it goes to.
    """

    total: int
    reachable: int
    left_out: dict[str, int]
    samples: tuple[Sample, ...]
    asked: tuple[tuple[str, int], ...]
    ways: dict[str, int]
    places: tuple[Place, ...] = ()


def preview(
    session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime, manners: Manners = POLITE
) -> Preview | None:
    """Who would receive it if it were confirmed now; None: there are too many to count here, and counting has begun."""
    viewer.require(Right.BROADCAST)
    found = audiences.find(session, broadcast, viewer=viewer, now=now, manners=manners, limit=SMALL + 1)
    if len(found) <= SMALL:
        return _shown(session, broadcast, Tally.of(found))
    if broadcast.state is BroadcastState.DRAFT:
        broadcast.work, broadcast.done_to, broadcast.counted = BroadcastWork.COUNT, 0, {}
        session.add(broadcast)
        freezing.note_work(session, now)
    return None


def counted(session: Session, broadcast: Broadcast) -> Preview:
    """What the last count of a large one found."""
    return _shown(session, broadcast, Tally.read(broadcast.counted))


def seconds(ways: Iterable[tuple[str, int]], manners: Manners) -> float:
    """How long the slowest platform needs at its pace; what members of staff send is theirs."""
    return max((count * manners.seconds.get(platform, 0.0) for platform, count in ways), default=0.0)


def _shown(session: Session, broadcast: Broadcast, tally: Tally) -> Preview:
    samples = tuple(texts.sample(session, broadcast.text, customer_id, sender) for customer_id, sender in tally.first)
    asked = [(session.get_one(Staff, staff_id).name, count) for staff_id, count in tally.senders.items()]
    busiest = tuple(sorted(asked, key=lambda share: (-share[1], share[0])))
    rooms = places.of(session, tally.rooms)
    return Preview(tally.total, tally.reachable, tally.left_out, samples, busiest, tally.ways, rooms)
