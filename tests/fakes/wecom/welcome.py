"""Welcome codes: 20 seconds, one use, the first app wins; none when the console greets."""

from dataclasses import dataclass, field

from tests.fakes.wecom.corp import App, Staff
from tests.fakes.wecom.customers import Relation, ToCustomer
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.state import State

LIFE = 20


@dataclass
class Greeting:
    """One friendship waiting for its welcome. `codes`: each app has its own. `by`: the app that was first."""

    relation: Relation
    at: float
    codes: dict[str, str] = field(default_factory=dict)
    by: str = ""

    def code_for(self, state: State, app: App) -> str:
        code = self.codes.setdefault(app.name, state.ids.secret())
        state.greetings[code] = self
        return code


def prepare(state: State, staff: Staff, relation: Relation) -> Greeting | None:
    """What the apps may say to a new friend; None when the console says it."""
    if not staff.welcome:
        return Greeting(relation, state.clock.now())
    content: Json = {"text": {"content": staff.welcome}}
    given = ToCustomer("console welcome", staff.userid, relation.external_userid, content, state.clock.now())
    state.to_customers.append(given)
    return None


def send(state: State, app: App, code: str, content: Json) -> None:
    """41050 for a code that is unknown, another app's or too old; 41051 when an app was first, or they already talk."""
    greeting = state.greetings.get(code)
    if greeting is None or greeting.codes.get(app.name) != code or state.clock.now() - greeting.at > LIFE:
        raise WeComError(41050)
    if greeting.by or greeting.relation.talked_at:
        raise WeComError(41051)
    greeting.by = app.name
    relation = greeting.relation
    given = ToCustomer("welcome", relation.userid, relation.external_userid, content, state.clock.now())
    state.to_customers.append(given)
