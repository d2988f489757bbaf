"""What `crmbot backup` and `crmbot restore` say when it is not possible."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.cli import options

if TYPE_CHECKING:
    from bot.config import Config


def telling(arguments: argparse.Namespace, work: Callable[["Config"], int]) -> int:
    """Do the work: its own code, or 1 and a sentence about what is in the way. Raises `ConfigError`."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot import logs
    from bot.language.phrases import backup as phrases
    from bot.language.problems import sentence
    from crm_core.errors import CrmError

    logs.set_up("error")
    options.speak_utf8()
    config = options.config_of(arguments)
    language = config.bot.language
    try:
        return work(config)
    except CrmError as error:
        said = sentence(error, language)
    except (OSError, SQLAlchemyError) as error:
        said = phrases.DISK.say(language, reason=getattr(error, "strerror", None) or type(error).__name__)
    print(f"crmbot: {said}", file=sys.stderr)
    return 1
