"""`crmbot chat`: one turn, a pipe, a conversation; and who sits at the terminal."""

import asyncio
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from sqlmodel import Session

from bot import config, wiring
from bot.cli import main
from bot.cli.chat import Terminal
from bot.cli.who import NobodyYet, seat
from bot.config import ConfigError
from bot.language.phrases import terminal as phrases
from crm_core.chat import Card, OutboundMessage
from crm_core.database import Database
from crm_core.people import staff
from crm_core.people.tables import Role
from tests.conftest import NOW


@pytest.fixture
def settings(sqlite_database: Database, tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(f'[bot]\nadmins = ["console:root"]\n[database]\nurl = "{sqlite_database.url}"\n', encoding="utf-8")
    return file


def crmbot(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    """A process of its own: exit code, standard output, standard error."""
    command = (sys.executable, "-m", "bot.cli", *arguments)
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Shell:
    """The command in this process: faster."""

    def __init__(self, settings: Path, output: pytest.CaptureFixture[str]) -> None:
        self._settings = settings
        self._output = output

    def chat(self, name: str, text: str, *options: str) -> tuple[int, str, str]:
        code = main(["chat", "--config", str(self._settings), "--as", name, text, *options])
        return code, *self._output.readouterr()


@pytest.fixture
def shell(settings: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(settings, capsys)


def test_one_turn_prints_the_reply_and_nothing_else(settings: Path) -> None:
    crmbot("chat", "--config", str(settings), "--as", "Root", "help")
    code, out, err = crmbot("chat", "--config", str(settings), "--as", "Root", "whoami")

    assert (code, err) == (0, "")
    assert "console:root" in out
    assert "help" not in out


def test_a_refusal_is_an_answer_too(shell: Shell) -> None:
    code, out, _ = shell.chat("root", "")

    assert code == 0
    assert out.strip()


def test_a_pipe_is_read_line_by_line_whatever_is_in_it(settings: Path) -> None:
    lines = "我是谁\nhelp\n".encode() + b"\xff\xfe\0\x1b[2J\n" + b"whoami"
    code, out, err = crmbot("chat", "--config", str(settings), "--as", "root", stdin=lines)

    assert (code, err) == (0, "")
    assert out.count("console:root") == 2
    assert "\x1b" not in out


def test_a_newcomer_is_told_so_beside_the_answer(shell: Shell) -> None:
    code, out, err = shell.chat("Dora", "whoami")

    assert code == 0
    assert "console:dora" in out
    assert "Dora" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "mend"),
    [
        ("[databas]\n", "databas"),
        ("[database\n", "TOML"),
        ('[database]\nurl = "sqlite:////nowhere/at/all.db"\n', "url"),
        ('[database]\nurl = "no url"\n', "url"),
        ('[database]\nurl = "postgresql+psycopg://crmbot:secret@127.0.0.1:1/crmbot"\n', "url"),
    ],
)
def test_a_configuration_that_does_not_work_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, mend: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(content, encoding="utf-8")
    if "nowhere" in content:
        file.write_text(content.replace("/nowhere", f"{file}/nowhere"), encoding="utf-8")
    code, out, err = Shell(file, capsys).chat("alice", "help")

    assert (code, out) == (2, "")
    assert mend in err
    assert "secret" not in err
    assert "Traceback" not in err


def test_a_name_that_is_none_is_refused(shell: Shell) -> None:
    for name in ("", "   ", "x" * 61, "a\x1bb"):
        code, _, err = shell.chat(name, "help")
        assert code == 2
        assert "--as" in err


def test_the_first_at_the_terminal_is_the_administrator_and_the_next_sells(session: Session) -> None:
    first = seat(session, "Alice", now=NOW)
    second = seat(session, "Bob Lee", now=NOW)

    assert (first.handle, second.handle) == ("alice", "bob-lee")
    assert [(one.name, one.role) for one in staff.everyone(session)] == [
        ("Alice", Role.ADMIN),
        ("Bob Lee", Role.SALES),
    ]
    assert first.remark is not None
    assert second.remark is not None


@pytest.mark.parametrize("name", ["Alcie", "alicee", "ALICE1"])
def test_a_slip_of_a_colleagues_name_makes_nobody_new(session: Session, name: str) -> None:
    seat(session, "Alice", now=NOW)
    seat(session, "Charlie", now=NOW)
    with pytest.raises(NobodyYet) as unknown:
        seat(session, name, now=NOW, new=False)

    assert unknown.value.alike == (["Alice"] if name != "ALICE1" else [])
    assert len(staff.everyone(session)) == 2


def test_a_name_that_is_nearly_a_colleagues_is_refused_with_the_mend(shell: Shell, sqlite_database: Database) -> None:
    shell.chat("张三", "help")
    code, out, err = shell.chat("张山", "help")

    assert (code, out) == (2, "")
    assert "没有叫 张山 的同事，最接近的是 张三。确实是新同事时加 --new。" in err
    with sqlite_database.reading() as session:
        assert [one.name for one in staff.everyone(session)] == ["root", "张三"]
    assert shell.chat("张山", "whoami", "--new")[0] == 0


@pytest.mark.parametrize(("answer", "expected"), [("y", 0), ("n", 2), ("", 2)])
def test_on_a_terminal_a_newcomer_is_asked_about(settings: Path, answer: str, expected: int) -> None:
    crmbot("chat", "--config", str(settings), "--as", "root", "help")
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = (sys.executable, "-m", "bot.cli", "chat", "--config", str(settings), "--as", "Dora", "whoami")
    done = subprocess.run(command, stdin=theirs, capture_output=True, timeout=120, check=False)
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, phrases.ASK_NEW.say("zh", name="Dora") in done.stderr.decode()) == (expected, True)
    assert ("console:dora" in done.stdout.decode()) is (expected == 0)


def test_people_are_known_by_handle_and_by_name(session: Session) -> None:
    staff.add(session, "李雷", role=Role.MANAGER, now=NOW, handle=("console", "lilei"))
    staff.add(session, "Dora", role=Role.SALES, now=NOW, handle=("slack", "U1"))

    assert seat(session, "LiLei", now=NOW).name == "李雷"
    assert seat(session, "李雷", now=NOW).handle == "lilei"
    assert seat(session, "dora", now=NOW).handle == "dora"
    assert len(staff.everyone(session)) == 2


def test_a_name_without_letters_is_no_name(session: Session) -> None:
    with pytest.raises(ConfigError, match="--as"):
        seat(session, "\u200b", now=NOW)


def remind(settings: Path, *names: str) -> None:
    async def send() -> None:
        program = wiring.build(config.load(settings))
        for name in names:
            await program.console.send(
                OutboundMessage("direct:root", Card(text=f"⏰ call {name}"), key=f"nudge:{name}")
            )
        await program.stop()

    asyncio.run(send())


def test_what_came_while_nobody_looked_is_told_once_beside_the_answer(shell: Shell, settings: Path) -> None:
    shell.chat("root", "help")
    remind(settings, "李四")
    _, answer, earlier = shell.chat("root", "whoami")
    _, again, nothing = shell.chat("root", "whoami")

    assert "你上次来过之后收到 1 条消息：\n\n[" in earlier
    assert "]\n⏰ call 李四\n" in earlier
    assert "李四" not in answer
    assert (again, nothing) == (answer, "")


def test_of_much_that_came_meanwhile_only_the_last_is_told(shell: Shell, settings: Path) -> None:
    shell.chat("root", "help")
    remind(settings, "李四", "王五", "张三", "Acme")
    _, _, earlier = shell.chat("root", "whoami")

    assert "收到 4 条消息，最近 3 条是：" in earlier
    assert [name for name in ("李四", "王五", "张三", "Acme") if name in earlier] == ["王五", "张三", "Acme"]


@pytest.mark.parametrize("end", ["\x04", "quit\r", "退出\r"])
def test_a_conversation_ends_with_ctrl_d_or_a_word(
    settings: Path, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def converse() -> None:
        program = wiring.build(config.load(settings))
        await program.prepare()
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            keys.send_text(f"whoami\r{end}")
            terminal = Terminal(program, await program.core.write(lambda session: seat(session, "root", now=NOW)))
            await program.start()
            await terminal.converse()
        await program.stop()

    asyncio.run(converse())
    assert "root" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as", "root", "--file", "no.pdf", "看看"), "--file no.pdf：没有这个文件"),
        (("--as", "root", "--file", "no.pdf"), "--file 要和一句话一起用"),
        (
            ("--as", "  ", "help"),
            "--as takes a name of 1 to 60 printable characters, for example --as alice · --as 后面",
        ),
    ],
)
def test_a_call_that_is_wrong_is_said_in_the_language_of_the_bot(
    settings: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert main(["chat", "--config", str(settings), *words]) == 2
    assert said in capsys.readouterr().err
