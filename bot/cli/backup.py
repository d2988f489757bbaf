"""`crmbot backup`: one file with everything in the database, made while the program runs; or a look into one."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import options, refusals

if TYPE_CHECKING:
    from bot.config import Config
    from crm_core.backup.file import Manifest


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser(
        "backup",
        help="back up the database while the program runs 备份",
        description="Write everything in the database into one file, while the program runs, and read it back. The "
        "same file can be restored into SQLite and PostgreSQL. "
        "不停机备份整个数据库到一个文件并校验；SQLite 和 PostgreSQL 都能恢复。",
    )
    options.add_config(parser, required=False)
    parser.add_argument(
        "--to",
        type=Path,
        metavar="PLACE",
        help="a folder, made when it is not there, or a file ending in .zip (default: [backup] folder) "
        "文件夹（没有会新建），或以 .zip 结尾的文件",
    )
    parser.add_argument(
        "--check",
        type=Path,
        metavar="FILE",
        help="only read this backup from end to end; needs no --config 只校验，不用 --config",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 not possible, 2 called wrongly."""

    from bot.config import ConfigError
    from bot.language.phrases import backup as phrases

    if arguments.check is None and arguments.config is None:
        raise ConfigError(" · ".join(phrases.NO_CONFIG.say(language) for language in ("en", "zh")))

    def work(config: "Config") -> int:
        return _check(config, arguments.check) if arguments.check else _take(config, _place(config, arguments.to))

    return refusals.telling(arguments, work)


def _place(config: "Config", said: Path | None) -> Path:
    """The file to write."""
    from bot.clock import utc_now
    from bot.config import ConfigError
    from bot.language.phrases import backup as phrases
    from crm_core.backup import retention

    if said is None and not config.backup.on:
        raise ConfigError(phrases.NO_PLACE.say(config.bot.language))
    place = said if said is not None else Path(config.backup.folder)
    is_file = said is not None and (place.suffix.lower() == ".zip" or place.is_file()) and not place.is_dir()
    return place if is_file else place / retention.name_of(utc_now())


def _take(config: "Config", file: Path) -> int:
    from importlib.metadata import version

    from bot.backup.duty import finish
    from bot.cli.bar import counting
    from bot.clock import utc_now
    from bot.language.phrases import backup as phrases
    from bot.status import size
    from crm_core.backup import taking
    from crm_core.database import Database

    language, now, began = config.bot.language, utc_now(), time.perf_counter()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(config.database.url)
    try:
        with counting(phrases.TAKING.say(language)) as report:
            manifest = taking.take(database, file, now=now, version=version("crmbot"), progress=report)
        weight = file.stat().st_size
        told = {
            "rows": manifest.rows,
            "bytes": weight,
            "taken_at": now.isoformat(),
            "seconds": round(time.perf_counter() - began, 1),
        }
        with database.writing() as session:
            finish(session, told, file, utc_now())
    finally:
        database.close()
    print(phrases.TAKEN.say(language, file=file, **_figures(manifest), size=size(weight), seconds=told["seconds"]))
    return 0


def _check(config: "Config", file: Path) -> int:
    from bot.cli.bar import counting
    from bot.language.phrases import backup as phrases
    from crm_core.backup import file as files

    language = config.bot.language
    with counting(phrases.CHECKING.say(language)) as report:
        manifest = files.check(file, report)
    when = manifest.taken_at.astimezone(config.bot.zone)
    print(phrases.SOUND.say(language, file=file, **_figures(manifest), when=f"{when:%Y-%m-%d %H:%M}"))
    return 0


def _figures(manifest: "Manifest") -> dict[str, object]:
    def rows(table: str) -> str:
        return f"{manifest.tables[table].rows:,}" if table in manifest.tables else "0"

    return {"rows": f"{manifest.rows:,}", "customers": rows("customer"), "messages": rows("message")}
