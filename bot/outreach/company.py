"""What sequences and digests go by, out of the configuration."""

from bot.config import Config
from crm_core.outreach.digest import Settings
from crm_core.outreach.sequences.company import Company
from crm_core.outreach.worktime import Hours


def company_of(config: Config) -> Company:
    """Whose workdays and whose manners."""
    return Company(config.bot.country, config.manners)


def digest_settings(config: Config) -> Settings:
    """What digests go by."""
    bot = config.bot
    hours = Hours(bot.work_from, bot.work_to)
    return Settings(bot.timezone, bot.language, bot.silent_days, bot.promised_hours, bot.country, hours)
