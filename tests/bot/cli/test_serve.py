"""`crmbot serve`, `demo` and `migrate` as processes."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.cli import main
from bot.cli.demo import forget

_CRMBOT = (sys.executable, "-m", "bot.cli")


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(f'[database]\nurl = "sqlite:///{tmp_path}/crmbot.db"\n', encoding="utf-8")
    return file


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the line it printed when it was ready."""
    with subprocess.Popen((*_CRMBOT, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.kill()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_stops_gracefully(settings: Path, stop: signal.Signals) -> None:
    with serving("serve", "--config", str(settings), "--port", "0") as (process, ready):
        url = ready.removeprefix("crmbot is ready on ").strip()
        assert httpx.get(f"{url}/readyz").json()["ready"]

        process.send_signal(stop)
        out, err = process.communicate(timeout=60)

    assert (process.returncode, out, err) == (0, "", "")


def test_the_web_chat_refuses_to_be_reached_from_elsewhere(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.write_text(settings.read_text(encoding="utf-8") + "[console]\nweb = true\n", encoding="utf-8")

    for host in ("0.0.0.0", "::", "192.0.2.1"):  # noqa: S104
        assert main(["serve", "--config", str(settings), "--host", host, "--port", "0"]) == 2
        assert "--host 127.0.0.1" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said_in_a_sentence(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--config", str(settings), "--port", str(port)]) == 2

    assert f"不能在 127.0.0.1 的 {port} 端口上提供服务：已被占用。请用 --port" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1"])
def test_a_host_that_is_elsewhere_is_said_in_a_sentence(
    settings: Path, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    assert main(["serve", "--config", str(settings), "--host", host, "--port", "0"]) == 2
    assert capsys.readouterr().err.rstrip().endswith(f"--host {host} 不是本机的地址")


@pytest.mark.parametrize("arguments", [["--port", "x"], ["--port", "70000"], ["--host", "no such host"]])
def test_an_address_that_is_none_is_refused(settings: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        (*_CRMBOT, "serve", "--config", str(settings), *arguments), capture_output=True, timeout=60, check=False
    )

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_migrate_brings_a_database_to_the_newest_schema(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert main(["migrate", "--config", str(settings)]) == 0
        assert "newest" in capsys.readouterr().out


def test_an_unknown_command_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serv"])

    assert "serve" in capsys.readouterr().err


def test_forgetting_the_demo_removes_all_of_its_database(tmp_path: Path) -> None:
    for name in ("demo.db", "demo.db-wal", "demo.db-shm", "other.db"):
        (tmp_path / name).write_text("", encoding="utf-8")
    forget(tmp_path / "demo.db")

    assert [file.name for file in tmp_path.iterdir()] == ["other.db"]
