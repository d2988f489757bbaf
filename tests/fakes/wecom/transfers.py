"""在职/离职继承: customers handed over, a day after it was asked for unless they refuse."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.fakes.wecom import events, relations
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.customers import Relation, Standing, ToCustomer
from tests.fakes.wecom.errors import Json, WeComError

if TYPE_CHECKING:
    from tests.fakes.wecom.state import State

DAY = 86_400
PAUSE = 90 * DAY
ASSIGNED = 202
DONE, WAITING, REFUSED, FULL = 1, 2, 3, 4


@dataclass
class Transfer:
    """`status`: 1 done, 2 waiting, 3 refused, 4 the receiver is full. `resigned`: after the first one left."""

    handover: str
    takeover: str
    external_userid: str
    resigned: bool
    message: str
    status: int = WAITING
    at: int = 0

    def shape(self) -> Json:
        shown: Json = {"external_userid": self.external_userid, "status": self.status}
        return shown | ({"takeover_time": self.at} if self.at else {})


def require_pair(handover: Staff, takeover: Staff, *, resigned: bool) -> None:
    """40130 the same, 40097 not left yet, 40098 not verified, 40143 barred."""
    if handover is takeover:
        raise WeComError(40130)
    if resigned and handover.active:
        raise WeComError(40097)
    if not takeover.verified:
        raise WeComError(40098)
    if takeover.barred:
        raise WeComError(40143)


def start(
    state: "State", handover: Staff, takeover: Staff, external_userid: str, *, resigned: bool, message: str = ""
) -> int:
    """0 when it has begun; otherwise why not: 40131, 40129, 40128, 40099."""
    relation = state.relations.get((handover.userid, external_userid))
    if relation is None or not relation.usable:
        return 40131
    if any(one.external_userid == external_userid and one.status == WAITING for one in state.transfers):
        return 40129
    if not resigned and relation.transferred_at and relation.transferred_at > state.seconds - PAUSE:
        return 40128
    if _is_full(state, takeover):
        return 40099
    transfer = Transfer(handover.userid, takeover.userid, external_userid, resigned, message)
    state.transfers.append(transfer)
    state.clock.after(DAY, lambda: _finish(state, transfer))
    return 0


def _finish(state: "State", transfer: Transfer) -> None:
    with state.lock:
        takeover = state.staff[transfer.takeover]
        relation = state.relations[transfer.handover, transfer.external_userid]
        if state.customers[transfer.external_userid].refuses_transfer or not relation.usable:
            _fail(state, transfer, REFUSED, "customer_refused")
        elif _is_full(state, takeover):
            _fail(state, transfer, FULL, "customer_limit_exceed")
        else:
            _hand_over(state, transfer, relation)


def _fail(state: "State", transfer: Transfer, status: int, reason: str) -> None:
    transfer.status = status
    failed = Relation(transfer.takeover, transfer.external_userid, state.seconds, Standing.OVER)
    events.contact_changed(state, "transfer_fail", failed, FailReason=reason)


def _hand_over(state: "State", transfer: Transfer, former: Relation) -> None:
    """What was noted and marked moves along; the customer reads what the company wrote."""
    transfer.status, transfer.at = DONE, state.seconds
    kept = replace(former, tags=list(former.tags), mobiles=list(former.mobiles), personal=[])
    relation = replace(
        kept,
        userid=transfer.takeover,
        created_at=state.seconds,
        transferred_at=state.seconds,
        standing=Standing.FRIENDS,
        add_way=ASSIGNED,
        talked_at=0,
    )
    relations.drop_customer(state, former, source="DELETE_BY_TRANSFER")
    state.relations[relation.userid, relation.external_userid] = relation
    events.contact_changed(state, "add_external_contact", relation, State=relation.state)
    if transfer.message:
        content: Json = {"text": {"content": transfer.message}}
        given = ToCustomer("transfer", transfer.takeover, transfer.external_userid, content, state.clock.now())
        state.to_customers.append(given)


def _is_full(state: "State", staff: Staff) -> bool:
    return len(relations.of_staff(state, staff.userid)) >= staff.most_customers
