"""联系我 and the codes through which customers join groups: what is configured once and found by its config_id."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.wecom.errors import Json, WeComError

if TYPE_CHECKING:
    from tests.fakes.wecom.state import State


@dataclass
class Way:
    """`what`: contact (联系我) or join (加入群聊). `fields`: as given. `until`: of a temporary one, else 0."""

    config_id: str
    what: str
    fields: Json
    created_at: int
    until: float = 0

    @property
    def state(self) -> str:
        return str(self.fields.get("state", ""))


def keep(state: "State", what: str, fields: Json, *, expires_in: int = 0) -> Way:
    until = state.clock.now() + expires_in if expires_in else 0
    way = Way(state.ids.hex(), what, fields, state.seconds, until)
    state.ways[way.config_id] = way
    return way


def find(state: "State", what: str, config_id: str) -> Way:
    """40058 for an id that is unknown, gone or of the other kind."""
    way = state.ways.get(config_id)
    if way is None or way.what != what or (way.until and way.until <= state.clock.now()):
        raise WeComError(40058, "config_id")
    return way
