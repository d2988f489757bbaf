"""What happens reaches the apps that may hear it, as the fields of the XML they get (page 90240)."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.fakes.wecom.corp import App
from tests.fakes.wecom.customers import Relation
from tests.fakes.wecom.errors import Json

if TYPE_CHECKING:
    from tests.fakes.wecom.state import State

Hook = Callable[[App, Json], None]
"""Called with who hears of it and the fields, in order: texts, numbers, objects, and lists for what is repeated."""

ARCHIVE_AGENT = 2_000_004


def tell(state: "State", app: App, fields: Json) -> None:
    """One app hears of something."""
    state.journal.write("event", app=app.name, fields=without_secrets(fields))
    for hook in tuple(state.hooks):
        hook(app, fields)


def from_person(state: "State", app: App, userid: str, kind: str, **fields: object) -> Json:
    """A message (text, image …) or an event of an employee's, told to the app they used."""
    told: Json = {
        "ToUserName": state.corp_id,
        "FromUserName": userid,
        "CreateTime": state.seconds,
        "MsgType": kind,
        **fields,
    }
    if kind != "event":
        told["MsgId"] = state.ids.number()
    told["AgentID"] = app.agent_id
    tell(state, app, told)
    return told


def from_system(state: "State", event: str, fields: Json) -> Json:
    """An event nobody in particular causes: FromUserName is `sys`, there is no AgentID."""
    return {
        "ToUserName": state.corp_id,
        "FromUserName": "sys",
        "CreateTime": state.seconds,
        "MsgType": "event",
        "Event": event,
        **fields,
    }


def contact_changed(
    state: "State", change: str, relation: Relation, *, only: App | None = None, **fields: object
) -> None:
    """change_external_contact, to all who may see the employee, or `only` one of them; without empty fields."""
    for app in [only] if only else listeners(state, "contact", relation.userid):
        extra = {name: value for name, value in fields.items() if value != ""}
        named = {"ChangeType": change, "UserID": relation.userid, "ExternalUserID": relation.external_userid}
        tell(state, app, from_system(state, "change_external_contact", named | extra))


def chat_changed(state: "State", change: str, chat_id: str, owner: str, **fields: object) -> None:
    for app in listeners(state, "contact", owner):
        tell(
            state, app, from_system(state, "change_external_chat", {"ChatId": chat_id, "ChangeType": change, **fields})
        )


def tag_changed(state: "State", change: str, tag_id: str, tag_type: str, **fields: object) -> None:
    for app in listeners(state, "contact"):
        named = {"Id": tag_id, "TagType": tag_type, "ChangeType": change}
        tell(state, app, from_system(state, "change_external_tag", named | fields))


def directory_changed(state: "State", change: str, **fields: object) -> None:
    """change_contact, to the secret of the directory and to the self-built apps."""
    for app in state.apps.values():
        if app.kind in {"app", "directory"}:
            told = from_system(state, "change_contact", {"ChangeType": change, **fields})
            tell(state, app, told | ({"AgentID": app.agent_id} if app.kind == "app" else {}))


def archive_grew(state: "State", *, at: App | None = None) -> None:
    """msgaudit_notify: only a doorbell. `at`: the app whose URL and seal were entered for the archive too."""
    for app in [at] if at else tuple(state.apps.values()):
        if at or app.kind == "archive":
            tell(state, app, from_system(state, "msgaudit_notify", {"AgentID": ARCHIVE_AGENT}))


def kf_rang(state: "State", open_kfid: str, token: str) -> None:
    """kf_msg_or_event: a doorbell without FromUserName."""
    for app in listeners(state, "kf"):
        told = from_system(state, "kf_msg_or_event", {"Token": token, "OpenKfId": open_kfid})
        del told["FromUserName"]
        tell(state, app, told)


def listeners(state: "State", family: str, userid: str = "") -> Iterator[App]:
    """The apps that hear of customers or of kf, as far as they may see this employee."""
    for app in tuple(state.apps.values()):
        if family in app.families and (not userid or app.sees(userid)):
            yield app


def without_secrets(fields: Json) -> Json:
    hidden = {"WelcomeCode", "Token", "ResponseCode"}
    return {name: "…" if name in hidden else value for name, value in fields.items()}
