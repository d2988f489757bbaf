"""`crmbot when`: answers on standard output, sentences on standard error."""

import io
import subprocess
import sys

import pytest

from bot.cli import main

NOW = "2026-11-18T10:20"


def when(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = main(["when", *arguments])
    return code, *capsys.readouterr()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("下周一上午十点半", "2026-11-23T10:30"),
        ("3天后", "2026-11-21"),
        ("every other Wednesday at 10am", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;BYHOUR=10;BYMINUTE=0"),
    ],
)
def test_it_prints_a_time_a_date_or_a_rule(capsys: pytest.CaptureFixture[str], text: str, answer: str) -> None:
    assert when(capsys, text, "--now", NOW) == (0, f"{answer}\n", "")


def test_quotes_are_not_needed(capsys: pytest.CaptureFixture[str]) -> None:
    quoted = when(capsys, "tomorrow at 3", "--now", NOW)
    assert quoted[0] == 0
    assert when(capsys, "tomorrow", "at", "3", "--now", NOW) == quoted
    assert when(capsys, "--now", NOW, "明天", "下午三点")[1] == "2026-11-19T15:00\n"


def test_now_without_an_offset_is_on_the_clock_of_the_zone(capsys: pytest.CaptureFixture[str]) -> None:
    assert when(capsys, "in an hour", "--now", NOW, "--tz", "America/New_York")[1] == "2026-11-18T11:20\n"


def test_now_with_an_offset_is_moved_into_the_zone(capsys: pytest.CaptureFixture[str]) -> None:
    assert when(capsys, "in an hour", "--now", "2026-11-18T02:20Z")[1] == "2026-11-18T11:20\n"


def test_without_now_the_clock_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert when(capsys, "2099-12-25")[1] == "2099-12-25\n"


def test_no_time_is_said_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = when(capsys, "周一鸣的电话", "--now", NOW)
    assert (code, out) == (1, "")
    assert "没有读到时间" in err
    assert "There is no time" in err


def test_an_impossible_time_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = when(capsys, "2月31日", "--now", NOW)
    assert (code, out) == (1, "")
    assert err.count("2月31日") == 2


def test_an_unknown_zone_names_the_mend(capsys: pytest.CaptureFixture[str]) -> None:
    for zone in ("Mars/Olympus", "../etc/passwd", "", "a\x00b", "Asia"):
        code, out, err = when(capsys, "明天", "--tz", zone)
        assert (code, out) == (2, "")
        assert "Asia/Shanghai" in err


def test_an_unreadable_now_names_the_mend(capsys: pytest.CaptureFixture[str]) -> None:
    for now in ("soon", "2026-02-30", "9999-12-31T23:59", "0001-01-01T00:00+14:00"):
        code, out, err = when(capsys, "明天", "--now", now)
        assert (code, out) == (2, "")
        assert "2026-11-18T10:20" in err


def test_lines_are_answered_one_by_one(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "明天下午3点\n\nnothing\n25点\n".encode() + b"\xff\xfe \n" + "后天".encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    code, out, err = when(capsys, "-", "--now", NOW)
    assert (code, err) == (0, "")
    assert out.splitlines() == ["2026-11-19T15:00", "none", "none", "none", "none", "2026-11-20"]


def test_a_broken_argument_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    assert when(capsys, "2月31日\udcff", "--now", NOW)[0] == 1


def test_it_starts_without_configuration_and_database() -> None:
    loaded = "import sys; from bot.cli import main; main(['when', '明天']); print([*sys.modules])"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True, timeout=120)
    assert b"'bot.language.times.reading'" in done.stdout
    assert not any(
        module in done.stdout for module in (b"'bot.config'", b"'sqlalchemy'", b"'holidays'", b"'lunar_python'")
    )
