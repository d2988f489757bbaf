"""Customer groups that get another owner, of one who is there or of one who left. It happens at once, and is asked for
once more without harm: who has the group then is seen in the group itself."""

from datetime import datetime

from adapters.wecom.contacts import shapes
from adapters.wecom.contacts.reading import Reading
from adapters.wecom.errors import FOR_GOOD, WeComError
from adapters.wecom.tokens import Clock
from adapters.wecom.transport import Transport
from crm_core.address_book import Chores, GroupOrder, TransferState
from crm_core.chat import Document


class GroupHandover:
    """Asks for the groups that are to change hands."""

    def __init__(self, transport: Transport, reading: Reading, chores: Chores, clock: Clock) -> None:
        self._transport = transport
        self._reading = reading
        self._chores = chores
        self._clock = clock

    async def do(self, key: str, _body: Document) -> datetime | None:
        order = await self._chores.group_transfer(key, self._clock())
        if order is None:
            return None
        problem = await self._ask(order)
        if problem and await self._has_it(order):
            problem = ""
        state = TransferState.FAILED if problem else TransferState.DONE
        await self._chores.group_transfer_ended(key, state, problem, self._clock())
        return None

    async def _ask(self, order: GroupOrder) -> str:
        """Why it was refused, "" when it was done."""
        name = "transfer" if order.resigned else "onjob_transfer"
        body = {"chat_id_list": [order.room], "new_owner": order.after}
        try:
            answer = await self._transport.post(f"externalcontact/groupchat/{name}", body, background=True)
        except WeComError as error:
            if error.unknown or error.what_to_do not in FOR_GOOD:
                raise
            return error.reason
        failed = [one for one in shapes.objects_in(answer, "failed_chat_list") if one.get("chat_id") == order.room]
        return f"errcode {failed[0].get('errcode')}" if failed else ""

    async def _has_it(self, order: GroupOrder) -> bool:
        """Whether it is the new owner's after all, as when an answer was lost."""
        group = await self._reading.group(order.room)
        return group is not None and group.owner.lower() == order.after.lower()
