"""Which backups are kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from crm_core.backup import retention

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Wednesday 18 November 2026, 03:30 in Shanghai.
TODAY = datetime(2026, 11, 17, 19, 30, tzinfo=UTC)


def kept(moments: list[datetime], *, days: int, weeks: int) -> list[int]:
    """How many days ago each of those was taken that stay."""
    gone = retention.surplus(moments, days=days, weeks=weeks, zone=SHANGHAI)
    return [(TODAY - moment).days for moment in moments if moment not in gone]


def test_a_week_of_days_and_a_month_of_weeks_are_kept() -> None:
    daily = [TODAY - timedelta(days=ago) for ago in range(60)]
    # Sundays are the newest of their weeks: 15, 8, 1 November; the week at hand has today's.
    assert kept(daily, days=7, weeks=4) == [0, 1, 2, 3, 4, 5, 6, 10, 17]


def test_days_without_a_backup_do_not_count() -> None:
    moments = [TODAY - timedelta(days=ago) for ago in (0, 10, 20, 30, 40)]
    assert kept(moments, days=3, weeks=0) == [0, 10, 20]


def test_the_newest_of_a_day_stays_and_the_newest_of_all_always() -> None:
    twice = [TODAY, TODAY - timedelta(hours=2), TODAY - timedelta(days=1)]
    assert retention.surplus(twice, days=1, weeks=0, zone=SHANGHAI) == {twice[1], twice[2]}
    assert retention.surplus(twice[:1], days=1, weeks=0, zone=SHANGHAI) == set()


def test_only_what_is_named_like_a_backup_is_removed(tmp_path: Path) -> None:
    old, new = (tmp_path / retention.name_of(TODAY - timedelta(days=ago)) for ago in (400, 0))
    mine = tmp_path / "before-the-move.backup.zip"
    draft = tmp_path / f".{old.name}.4711.part"
    for path in (old, new, mine, draft):
        path.touch()
    assert retention.tidy(tmp_path, days=1, weeks=1, zone=SHANGHAI, now=datetime.now(UTC)) == [old]
    assert {path.name for path in tmp_path.iterdir()} == {new.name, mine.name, draft.name}
    assert draft in retention.tidy(tmp_path, days=1, weeks=1, zone=SHANGHAI, now=datetime.now(UTC) + timedelta(days=2))


def test_a_name_says_when_it_was_taken() -> None:
    assert retention.name_of(TODAY) == "crmbot-20261117T193000Z.backup.zip"
    assert retention.moment_of(retention.name_of(TODAY)) == TODAY
    assert retention.moment_of("crmbot.db") is None
