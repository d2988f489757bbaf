"""What became of answers to customers, as the platform tells it afterwards."""

from sqlmodel import Session

from bot.clock import Clock
from bot.threads import Core
from crm_core.outreach import answers, notices
from crm_core.outreach.tables import DeliveryState


class CoreFailures:
    """`adapters.wecom.kf.sync.Failures` over the core: the author is told once."""

    def __init__(self, core: Core, platform: str, clock: Clock) -> None:
        self._core = core
        self._platform = platform
        self._clock = clock

    async def told(self, message_id: str, reason: str) -> None:
        now = self._clock()

        def tell(session: Session) -> None:
            delivery = answers.of_message(session, self._platform, message_id)
            if delivery is not None and delivery.state is DeliveryState.SENT:
                delivery.state, delivery.problem = DeliveryState.DEAD, reason
                session.add(delivery)
                notices.tell_of_failed_answer(session, delivery, reason, now=now)

        await self._core.write(tell)
