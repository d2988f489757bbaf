"""Several workspaces of Slack, put together from its section of the configuration."""

from dataclasses import dataclass

from fastapi import APIRouter

from adapters.health import Health
from adapters.slack.grants import Client, Grants
from adapters.slack.oauth import Consent, States, routes
from adapters.slack.register import Register
from adapters.slack.vault import Vault
from adapters.slack.workspaces import Workspaces
from bot.clock import Clock
from bot.config import ConfigError, Slack
from bot.language.phrases.configuration import SLACK_KEY
from crm_core.desk import Memory


@dataclass(frozen=True)
class Installing:
    """Who let the bot in, and the pages on which others do."""

    workspaces: Workspaces
    routes: APIRouter


def installing(settings: Slack, memory: Memory, health: Health, clock: Clock) -> Installing:
    """The parts; nothing runs before `workspaces.start`. Raises `ConfigError` for an encryption key that is none."""
    vault = vault_of(settings)
    client = Client(settings.api_url, settings.client_id, settings.client_secret.get_secret_value())
    grants = Grants(client, clock)
    workspaces = Workspaces(Register(memory, vault, clock), grants, health, clock)
    return Installing(workspaces, routes(workspaces, grants, States(memory, clock), consent_of(settings, vault)))


def vault_of(settings: Slack) -> Vault:
    """What locks the tokens. Raises `ConfigError`."""
    try:
        return Vault(settings.encryption_key.get_secret_value())
    except ValueError:
        raise ConfigError(f"{SLACK_KEY.en} · {SLACK_KEY.zh}") from None


def consent_of(settings: Slack, vault: Vault) -> Consent:
    """How people are asked whether the bot may come in."""
    return Consent(settings.api_url, settings.public_url, settings.client_id, vault.pass_for("install"))
