"""Where the robot's words go out: over the connection if it is here, else by the node that has it."""

from adapters.wecom.errors import Remedy, WeComError
from adapters.wecom.robot.line import Line
from adapters.wecom.robot.relay import Relay
from crm_core.chat import Document


class NearestOutlet:
    """`line`: set once there is one on this node."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self.line: Line | None = None

    async def ask(self, cmd: str, body: Document, req_id: str = "") -> Document:
        """Raises `WeComError`. What belongs to a question goes out over the connection it came by, or not at all."""
        if self.line is not None and self.line.here:
            return await self.line.ask(cmd, body, req_id)
        if req_id:
            raise WeComError(path=cmd, reason="not connected", what_to_do=Remedy.LATE)
        return await self._relay.ask(cmd, body)
