"""微信客服, put together: what is read of its accounts, and the way of answers to customers."""

from adapters.claims import Claim
from adapters.wecom.errands import Errands
from adapters.wecom.kf.sync import EVENT, AcceptAll, Sync
from adapters.wecom.kf.watch import Watch
from adapters.wecom.transport import Transport
from bot.clock import Clock
from bot.ports.failures import CoreFailures
from bot.threads import Core
from crm_core.desk import Memory


def watch_of(
    transport: Transport, core: Core, memory: Memory, clock: Clock, *, errands: Errands, accept_all: AcceptAll
) -> Watch:
    """Reads the accounts from now on, when their doorbells ring; from its start on also when they do not."""
    sync = Sync(transport, accept_all, memory, CoreFailures(core, "wecom", clock), clock)
    errands.on((EVENT,), sync.attend)
    return Watch(sync, transport, memory, Claim(memory, "kf", clock))
