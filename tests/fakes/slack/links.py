"""Links of an app's own domains: who is told of them (link_shared), in messages and in the composer."""

from tests.fakes.slack import text
from tests.fakes.slack.apps import App
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import Json
from tests.fakes.slack.events import emit
from tests.fakes.slack.kept import Unfurl
from tests.fakes.slack.messages import Message
from tests.fakes.slack.people import User
from tests.fakes.slack.state import State


def posted(state: State, user: User, channel: Channel, message: Message) -> None:
    """Tell the apps of the workspace of its own people's links: not of foreigners', not of an app's own posts."""
    for app in tuple(state.apps.values()):
        found = _found(text.urls(message.text), app)
        if found and _home(state, app, user) and message.body.get("app_id") != app.id:
            unfurl_id = f"{channel.id}.{message.ts}.{state.ids.hex(8)}"
            urls = tuple(link["url"] for link in found)
            state.unfurls[unfurl_id] = Unfurl(app.id, channel.id, message.ts, user.id, urls)
            event: Json = {
                "type": "link_shared",
                "user": user.id,
                "channel": channel.id,
                "message_ts": message.ts,
                "is_bot_user_member": any(bot in channel.members for bot in _bots(state, app)),
                "unfurl_id": unfurl_id,
                "source": "conversations_history",
                "links": found,
            }
            if message.thread_ts:
                event["thread_ts"] = message.thread_ts
            _tell(state, app, user, event, channel)


def composed(state: State, user: User, url: str) -> None:
    """Tell of a link that stands in a composer, not sent yet."""
    for app in tuple(state.apps.values()):
        found = _found([url], app)
        if found and _home(state, app, user):
            unfurl_id = f"COMPOSER.{state.ids.hex(12)}"
            state.unfurls[unfurl_id] = Unfurl(app.id, "COMPOSER", "", user.id, (url,))
            event: Json = {
                "type": "link_shared",
                "user": user.id,
                "channel": "COMPOSER",
                "message_ts": unfurl_id,
                "is_bot_user_member": False,
                "unfurl_id": unfurl_id,
                "source": "composer",
                "links": found,
            }
            _tell(state, app, user, event, None)


def _tell(state: State, app: App, user: User, event: Json, channel: Channel | None) -> None:
    emit(
        state,
        "link_shared",
        lambda _: event,
        channel=channel,
        team=user.team_id,
        user=user.id,
        everywhere=True,
        app=app,
    )


def _home(state: State, app: App, user: User) -> bool:
    return any(install.app is app and install.team_id == user.team_id for install in state.installs)


def _bots(state: State, app: App) -> list[str]:
    return [install.bot_user for install in state.installs if install.app is app]


def _found(urls: list[str], app: App) -> list[Json]:
    return [{"url": url, "domain": domain} for url in urls if (domain := _domain(url, app.unfurl_domains))]


def _domain(url: str, domains: tuple[str, ...]) -> str | None:
    host = url.split("://", 1)[1].split("/", 1)[0].split("?", 1)[0].split(":", 1)[0].lower()
    return next((domain for domain in domains if host == domain or host.endswith("." + domain)), None)
