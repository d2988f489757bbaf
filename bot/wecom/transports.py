"""The ways to WeCom's API, one for each secret of the configuration."""

from collections.abc import Collection
from functools import partial

from pydantic import SecretStr

from adapters.health import Health
from adapters.wecom.errors import TOKEN_PATH, WeComError
from adapters.wecom.transport import Transport
from bot.clock import Clock
from bot.sections import is_set
from bot.wecom import sections
from crm_core.desk import Memory

ALL = ("app", "contact", "kf", "archive")

_NOT_TRUSTED = 60020


def transports_of(
    settings: sections.WeCom, memory: Memory, health: Health, clock: Clock, names: Collection[str] = ALL
) -> dict[str, Transport]:
    """One for each of these secrets there is, by what it opens."""
    return {
        name: Transport(
            settings.api_url,
            settings.corp_id,
            secret,
            memory=memory,
            clock=clock,
            heard=partial(_hear, health, name),
        )
        for name, secret in _secrets(settings).items()
        if name in names and is_set(secret)
    }


def _secrets(settings: sections.WeCom) -> dict[str, SecretStr]:
    """The likeliest first to have heard of a new customer."""
    secrets = {"app": settings.secret} if settings.app else {}
    secrets |= {"contact": settings.contact_secret, "kf": settings.kf_secret}
    return secrets | ({"archive": settings.archive.secret} if settings.archive.on else {})


def _hear(health: Health, part: str, error: WeComError | None) -> None:
    """A call was answered, or failed for a reason that concerns every call with this secret."""
    if error is None:
        health.good(part)
    elif error.path == TOKEN_PATH or error.errcode == _NOT_TRUSTED or error.reason == "unreachable":
        health.bad(part, error.reason)
