"""The database that the configuration names, as the program needs it."""

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.config import Config, ConfigError
from bot.language.phrases import configuration as words
from bot.language.problems import sentence
from crm_core.customers import fields
from crm_core.database import Database
from crm_core.errors import CrmError
from crm_core.migrations import run as migrations


def open_database(config: Config) -> Database:
    """The database of this configuration, at the newest schema. Raises `ConfigError` when it cannot be used."""
    try:
        database = Database(config.database.url)
        migrations.upgrade(database)
    except (SQLAlchemyError, OSError, ImportError, ValueError) as error:
        raise ConfigError(words.DATABASE.say(config.bot.language, why=_reason(error))) from error
    return database


def declare_fields(database: Database, config: Config, clock: Clock) -> None:
    """The custom fields are those of the configuration, besides those made in the chat."""
    try:
        with database.writing() as session:
            fields.sync(session, config.fields, now=clock())
    except CrmError as error:
        database.close()
        raise ConfigError(f"[[fields]] {sentence(error, config.bot.language)}") from error


def _reason(error: Exception) -> str:
    """The first line of what the database said; its statements and values are left out."""
    original = getattr(error, "orig", None) or error
    return str(original).strip().splitlines()[0] if str(original).strip() else type(error).__name__
