"""What the bot itself did, told back to it by Slack; it is never captured."""

from typing import Any

from adapters.slack.installation import Installation
from crm_core.chat import Document

_SPOKEN = frozenset({"message", "app_mention"})
_MARKED = frozenset({"reaction_added", "reaction_removed"})


def is_own(payload: Document, installation: Installation | None) -> bool:
    """Whether the event is about a post or a mark of this app; without the installation, as far as it tells itself."""
    event = payload.get("event")
    if not isinstance(event, dict):
        return False
    if event.get("type") in _MARKED:
        return installation is not None and event.get("user") == installation.bot_user_id
    if event.get("type") not in _SPOKEN:
        return False
    app_id = payload.get("api_app_id") or (installation.app_id if installation else "")
    parts = (event, event.get("message"), event.get("previous_message"))
    return any(_is_ours(part, app_id, installation) for part in parts if isinstance(part, dict))


def _is_ours(part: Document, app_id: Any, installation: Installation | None) -> bool:
    profile = part.get("bot_profile")
    apps = (part.get("app_id"), profile.get("app_id") if isinstance(profile, dict) else None)
    if app_id and app_id in apps:
        return True
    if installation is None:
        return False
    by_bot, by_user = part.get("bot_id"), part.get("user")
    return bool(by_bot and by_bot == installation.bot_id) or bool(by_user and by_user == installation.bot_user_id)
