"""Which backups are kept: the newest, one for each of the last days, one for each of the last weeks."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from crm_core.backup.file import SUFFIX

_NAMED = re.compile(rf"crmbot-(\d{{8}}T\d{{6}})Z{re.escape(SUFFIX)}")
_DRAFT = f".crmbot-*{SUFFIX}.*.part"
#: After so long whoever wrote a draft is gone.
_STALE = timedelta(days=1)


def name_of(taken_at: datetime) -> str:
    """The name of the file of a backup that is taken now."""
    return f"crmbot-{taken_at.astimezone(UTC):%Y%m%dT%H%M%S}Z{SUFFIX}"


def moment_of(name: str) -> datetime | None:
    """When a backup of this name was taken; None for what is not named like one."""
    found = _NAMED.fullmatch(name)
    return None if found is None else datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def surplus(moments: Collection[datetime], *, days: int, weeks: int, zone: ZoneInfo) -> set[datetime]:
    """The backups, by their moments, that need not be kept: neither the newest of one of the last `days` days on which
    there was any, nor of one of the last `weeks` weeks. The newest of all is never among them."""
    ordered = sorted(moments, reverse=True)
    daily = _firsts(ordered, lambda at: at.astimezone(zone).date().isoformat(), days)
    weekly = _firsts(ordered, lambda at: "{}-{}".format(*at.astimezone(zone).isocalendar()[:2]), weeks)
    return set(ordered) - daily - weekly - set(ordered[:1])


def tidy(folder: Path, *, days: int, weeks: int, zone: ZoneInfo, now: datetime) -> list[Path]:
    """Remove what need not be kept, and what a killed program left half-written; what was removed."""
    kept = {moment: path for path in folder.iterdir() if (moment := moment_of(path.name)) is not None}
    gone = [kept[moment] for moment in sorted(surplus(kept, days=days, weeks=weeks, zone=zone))]
    gone += [path for path in folder.glob(_DRAFT) if _age(path, now) > _STALE]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _firsts(ordered: Iterable[datetime], key: Callable[[datetime], str], count: int) -> set[datetime]:
    """The first moment of each of the first `count` groups."""
    firsts: dict[str, datetime] = {}
    for moment in ordered:
        firsts.setdefault(key(moment), moment)
    return set(list(firsts.values())[:count])


def _age(path: Path, now: datetime) -> timedelta:
    return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
