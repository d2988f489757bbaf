"""What an acknowledgement shows: an answer to a command, errors beside inputs, another modal, options."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack import talk, text, views
from tests.fakes.slack.apps import Install
from tests.fakes.slack.block_kit.surfaces import checked_view, message_blocks
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.elements import walk
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.kept import View
from tests.fakes.slack.messages import Ephemeral
from tests.fakes.slack.parcel import Reply
from tests.fakes.slack.people import User
from tests.fakes.slack.state import State
from tests.fakes.slack.talk import Draft

MOST_OPTIONS = 100
LONGEST_OPTION = 75


@dataclass(frozen=True)
class Outcome:
    """What a person sees of an action at once; more may follow through the Web API.

    `error`: dispatch_failed, operation_timeout, or not_offered when Slack does not even let them try. `shown`: a text.
    `errors`: beside the inputs of a modal, by block_id. `options`: of a type-ahead.
    """

    error: str = ""
    shown: str = ""
    errors: Json = field(default_factory=dict)
    options: tuple[Json, ...] = ()

    @property
    def labels(self) -> list[str]:
        """The options as they are read."""
        return [str(option["text"]["text"]) for option in self.options]


class Nonsense(Exception):
    """The app acknowledged with something Slack does not understand."""


def failure(reply: Reply) -> Outcome | None:
    """What Slack shows for an action that was not acknowledged."""
    if reply.acknowledged:
        return None
    return Outcome("operation_timeout" if reply.reason == "http_timeout" else "dispatch_failed")


def to_command(state: State, install: Install, user: User, channel: Channel, *, typed: str, content: Any) -> Outcome:
    """Show the answer to a command, to its author or in the channel as it asks. `typed`: the whole line."""
    if content is None:
        return Outcome()
    answer = {"text": content} if isinstance(content, str) else content
    if not isinstance(answer, dict):
        raise Nonsense("an answer to a command is a text or an object")
    body = _body(state, install, answer)
    if answer.get("response_type") == "in_channel":
        talk.post(state, user, channel, Draft(typed))
        talk.post(state, state.bot_of(install), channel, Draft(str(body.pop("text")), extra=body))
    elif answer:
        ts = channel.stamps.next(state.clock.now())
        state.ephemerals.append(Ephemeral(ts, channel.id, user.id, {"user": install.bot_user, **body}))
    return Outcome(shown=str(answer.get("text") or ""))


def to_action(content: Any) -> Outcome:
    """Nothing may come back for a press."""
    if content not in (None, "", {}):
        raise Nonsense("a press is acknowledged with an empty body")
    return Outcome()


def to_submission(state: State, install: Install, view: View, content: Any) -> Outcome:
    """Close the modal, or do what the app says instead."""
    if content in (None, "", {}):
        views.close(state, view)
        return Outcome()
    if not isinstance(content, dict):
        raise Nonsense("a submission is acknowledged with nothing or with a response_action")
    kind = content.get("response_action")
    if kind == "errors":
        return _errors(view, content.get("errors"))
    if kind == "clear":
        views.close_all(state, view.app_id, view.user)
    elif kind == "update":
        views.update(state, view, checked_view(content.get("view"), state.ids))
    elif kind == "push":
        views.push(state, install, view.user, checked_view(content.get("view"), state.ids))
    else:
        raise Nonsense(f"no response_action is called {kind!r}")
    return Outcome()


def to_suggestion(content: Any) -> Outcome:
    """The options, when they are such that Slack would show them."""
    if not isinstance(content, dict) or {"options", "option_groups"}.isdisjoint(content):
        raise Nonsense("a type-ahead is answered with options or option_groups")
    groups = content.get("option_groups") or []
    options = [*(content.get("options") or []), *(option for group in groups for option in group["options"])]
    if len(options) > MOST_OPTIONS or len(groups) > MOST_OPTIONS:
        raise Nonsense(f"at most {MOST_OPTIONS} options, not {len(options)}")
    for option in options:
        _check(option)
    return Outcome(options=tuple(options))


def _check(option: Any) -> None:
    try:
        label, value, kind = option["text"]["text"], option["value"], option["text"]["type"]
    except (TypeError, KeyError) as error:
        raise Nonsense("an option has a text object and a value") from error
    if not isinstance(value, str) or not isinstance(label, str):
        raise Nonsense("texts and values of options are strings")
    if not 1 <= len(label) <= LONGEST_OPTION or not 1 <= len(value) <= LONGEST_OPTION:
        raise Nonsense(f"texts and values of options have 1 to {LONGEST_OPTION} characters")
    if kind != "plain_text":
        raise Nonsense("options of a type-ahead are plain_text")


def _errors(view: View, errors: Any) -> Outcome:
    inputs = {element.block_id for element in walk(view.body["blocks"]) if element.is_input}
    if not isinstance(errors, dict) or not errors or not all(isinstance(one, str) for one in errors.values()):
        raise Nonsense("errors are sentences by block_id")
    if strange := sorted(set(errors) - inputs):
        raise Nonsense(f"errors for what is no input of the modal: {', '.join(strange)}")
    return Outcome(errors=errors)


def _body(state: State, install: Install, answer: Json) -> Json:
    body: Json = {
        "bot_id": install.bot_id,
        "app_id": install.app.id,
        "text": text.from_app(str(answer.get("text") or "")),
    }
    try:
        return body | ({"blocks": message_blocks(answer["blocks"], state.ids)} if answer.get("blocks") else {})
    except SlackError as error:
        raise Nonsense(error.name) from error
