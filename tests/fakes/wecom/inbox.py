"""What the apps sent to employees: accepted, and what of it was delivered."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json, WeComError

if TYPE_CHECKING:
    from tests.fakes.wecom.state import State

RECALL_SECONDS = 24 * 3600
CODE_SECONDS = 24 * 3600


@dataclass
class ResponseCode:
    """Lets its app change a card: once, within a day."""

    value: str
    message: "Message"
    at: float
    used: bool = False


@dataclass
class Message:
    """One call of message/send that was accepted, or a passive reply (`passive`).

    `body`: what stands under the msgtype; of a card it is what is shown now, for `shown_to` a person their own.
    `delivered`, `dropped`, `swallowed`: userids; dropped are those above their limit, swallowed had the same already.
    """

    msgid: str
    app: App
    msgtype: str
    body: Json
    at: float
    delivered: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    swallowed: list[str] = field(default_factory=list)
    recalled: bool = False
    passive: bool = False
    own: dict[str, Json] = field(default_factory=dict)

    @property
    def task_id(self) -> str:
        return str(self.body.get("task_id", "")) if self.msgtype == "template_card" else ""

    def shown_to(self, userid: str) -> Json:
        """The body as this person sees it: a card may have been changed for them alone."""
        return self.own.get(userid, self.body)


def deliver(state: "State", message: Message, userids: list[str], *, interval: int = 0) -> None:
    """To each one at most what their limits let through. `interval`: seconds in which the same is swallowed."""
    for userid in userids:
        if interval and _had(state, message, userid, interval):
            message.swallowed.append(userid)
        elif state.limits.may_receive(userid):
            message.delivered.append(userid)
        else:
            message.dropped.append(userid)
            state.journal.write("dropped", app=message.app.name, userid=userid, msgid=message.msgid)
    state.sent.append(message)
    state.journal.write("sent", app=message.app.name, msgid=message.msgid, delivered=list(message.delivered))


def _had(state: "State", message: Message, userid: str, interval: int) -> bool:
    for former in reversed(state.sent):
        if former.at <= state.clock.now() - interval:
            return False
        if userid in former.delivered and _is_same(former, message):
            return True
    return False


def _is_same(former: Message, message: Message) -> bool:
    return (former.app, former.msgtype, former.body) == (message.app, message.msgtype, message.body)


def received(state: "State", userid: str, app: App | None = None) -> list[Message]:
    """What stands in a person's chat with the app (with all of them): delivered, not recalled, in order."""
    return [
        message
        for message in state.sent
        if userid in message.delivered and not message.recalled and (app is None or message.app is app)
    ]


def recall(state: "State", app: App, msgid: str) -> None:
    """Within 24 hours, by the app that sent it."""
    for message in state.sent:
        if message.msgid == msgid and message.app is app:
            if message.at < state.clock.now() - RECALL_SECONDS:
                raise WeComError(41064)
            message.recalled = True
            return
    raise WeComError(41065)


def response_code(state: "State", message: Message) -> str:
    """A new code for changing this card."""
    code = ResponseCode(state.ids.secret(), message, state.clock.now())
    state.response_codes[code.value] = code
    return code.value


def use_code(state: "State", app: App, value: str) -> Message:
    """The card a code stands for; 40058 for one that is unknown, used, too old or another app's."""
    code = state.response_codes.get(value)
    if code is None or code.used or code.message.app is not app:
        raise WeComError(40058, "invalid response_code")
    if code.at < state.clock.now() - CODE_SECONDS:
        raise WeComError(40058, "response_code expired")
    code.used = True
    return code.message


def change_card(state: "State", message: Message, userids: list[str], change: Json) -> None:
    """Replace the card, or the words on its button, for these people (all of its receivers when none are named)."""
    for userid in userids or message.delivered:
        before = message.shown_to(userid)
        if "template_card" in change:
            message.own[userid] = {"task_id": message.task_id, **change["template_card"]}
        else:
            message.own[userid] = {**before, "replaced_button": change["button"]["replace_name"]}
    state.journal.write("card changed", app=message.app.name, msgid=message.msgid, userids=userids)
