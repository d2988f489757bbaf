"""`crmbot chat`: talk to the bot in the terminal, through the same door as every platform."""

import argparse
import asyncio
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from uuid import uuid4

from bot.cli import options
from bot.config import Config, ConfigError
from bot.language import flaws
from bot.language.phrases import terminal as phrases

if TYPE_CHECKING:
    from adapters.console.client import Post
    from bot.cli.who import NobodyYet, Seat
    from bot.program import Program
    from crm_core.enclosure import Enclosure

#: So many messages are looked back at, and so many of them are told, for somebody who was away.
_LOOKED_BACK = 100
_EARLIER = 3
_LEAVING = frozenset({"quit", "exit", "退出"})
_CHOICE = re.compile(r"\s*/(\d+)\s*")


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser(
        "chat",
        help="talk to the bot in the terminal",
        description="Talk to the bot. Whoever has the terminal has the database, so every name is let in: staff by "
        "console handle or name; the first one in an empty database as its administrator; others as new sales staff. "
        "A name that nobody has is asked about on a terminal; elsewhere one that is nearly a colleague's needs --new.",
    )
    options.add_config(parser)
    options.add_person(parser)
    parser.add_argument("--new", action="store_true", help="this is a new colleague, whoever is called nearly so")
    parser.add_argument("text", nargs="?", help="one turn: this text; without it, one turn per line")
    parser.add_argument("--file", type=Path, action="append", default=[], help="give this file along with the text")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """One turn, every line of a pipe, or a conversation."""
    from bot import logs

    logs.set_up("error")
    options.speak_utf8()
    config = options.config_of(arguments)
    if arguments.file and arguments.text is None:
        raise ConfigError(phrases.FILE_ALONE.say(config.bot.language))
    given = _read(arguments.file, config.bot.language)
    asyncio.run(_talk(config, arguments.name, arguments.text, given, new=arguments.new))
    return 0


def _read(paths: list[Path], language: str) -> dict[str, bytes]:
    """Name → bytes."""
    try:
        return {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        why = flaws.unreadable(error, language)
        raise ConfigError(phrases.FILE_UNREADABLE.say(language, file=error.filename, why=why)) from None


async def _talk(config: Config, name: str, text: str | None, files: dict[str, bytes], *, new: bool) -> None:
    from bot.wiring import build

    program = build(config)
    try:
        await program.prepare()
        terminal = Terminal(program, await _seat(program, name, new=new))
        await terminal.enter()
        await program.start()
        if text is not None:
            await terminal.turn(text, files)
        elif sys.stdin.isatty():
            await terminal.converse()
        else:
            await terminal.read(sys.stdin)
    finally:
        await program.stop()


async def _seat(program: "Program", name: str, *, new: bool) -> "Seat":
    """Who that is; a remark about it goes to standard error, beside the answers."""
    from bot.cli.who import NobodyYet, seat
    from bot.language.problems import sentence
    from crm_core.errors import CrmError

    language, now = program.config.bot.language, program.clock()
    try:
        found = await program.core.write(lambda session: seat(session, name, now=now, new=new, language=language))
    except NobodyYet as unknown:
        if not _is_new(unknown, name, language):
            raise
        return await _seat(program, name, new=True)
    except CrmError as error:
        raise ConfigError(f"--as {name!r}: {sentence(error, language)}") from None
    if found.remark is not None:
        print(f"crmbot: {found.remark.say(language, name=found.name)}", file=sys.stderr)
    return found


def _is_new(unknown: "NobodyYet", name: str, language: str) -> bool:
    """Whether to make them a new colleague: asked on a terminal; elsewhere, whoever is not nearly somebody else."""
    if not sys.stdin.isatty():
        if unknown.alike:
            raise ConfigError(f"{unknown}{phrases.SAY_NEW.say(language)}") from None
        return True
    print(f"crmbot: {unknown}{phrases.ASK_NEW.say(language, name=name)}", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in options.YES


class Terminal:
    """One person at the terminal, in their direct chat with the bot."""

    def __init__(self, program: "Program", seat: "Seat") -> None:
        from adapters.console.world import direct

        self._program = program
        self._seat = seat
        self._room = direct(seat.handle)
        self._seen = 0
        self._printing = asyncio.Lock()
        self._printed = False

    async def enter(self) -> None:
        """Come into the room, and tell what came by itself since this person last wrote."""
        posts = await self._program.console.board.latest(self._room, reader=self._seat.handle, limit=_LOOKED_BACK)
        wrote = max((post.id for post in posts if post.author_id == self._seat.handle), default=0)
        self._seen = posts[-1].id if posts else 0
        self._tell_earlier([post for post in posts if post.id > wrote and not post.is_answer])

    async def read(self, lines: TextIO) -> None:
        """One turn for each line, until the end."""
        while line := await asyncio.to_thread(lines.readline):
            await self.turn(line.rstrip("\r\n"))

    async def turn(self, text: str, files: Mapping[str, bytes] | None = None) -> None:
        """Type a line; print the answer and the nudges that are due, and nothing else."""
        await self.say(text, files)
        await self._program.deliver_due()
        await self._print_new()

    async def say(self, text: str, files: Mapping[str, bytes] | None = None) -> None:
        """Type a line, with these files, and wait until it is answered."""
        from adapters.console.keyboard import event_key
        from crm_core.chat import Room, RoomKind, Sender

        choice = _CHOICE.fullmatch(text)
        sender, event_id = Sender(self._seat.handle, self._seat.name), uuid4().hex
        room = Room(self._room, RoomKind.DIRECT)
        given = await self._keep(files or {})
        await self._program.keyboard.type(sender, room, choice[1] if choice else text, event_id=event_id, files=given)
        await self._program.intake.settled("console", event_key(sender, event_id))

    async def _keep(self, files: Mapping[str, bytes]) -> "list[Enclosure]":
        if not files:
            return []
        from adapters.console.files import kept
        from bot.language.problems import sentence
        from crm_core.errors import CrmError

        try:
            return [await kept(self._program.console.shelf, content, name) for name, content in files.items()]
        except CrmError as error:
            raise ConfigError(f"--file: {sentence(error, self._program.config.bot.language)}") from None

    async def converse(self) -> None:
        """Read lines with history and completion until quit or Ctrl-D; what arrives meanwhile is printed above the
        prompt."""
        from prompt_toolkit.patch_stdout import patch_stdout

        from bot.cli.prompt import prompt_session

        language = self._program.config.bot.language
        print(phrases.WELCOME.say(language, name=self._seat.name))
        session = prompt_session(language)
        with patch_stdout():
            listening = asyncio.create_task(self._listen())
            with suppress(EOFError, KeyboardInterrupt):
                while True:
                    line = await session.prompt_async(f"{self._seat.name} › ")
                    if line.strip().lower() in _LEAVING:
                        break
                    if line.strip():
                        await self.say(line)
                        await self._print_new()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self) -> None:
        async for _ in self._program.console.live(self._seat.handle, self._seen):
            await self._print_new()

    async def _print_new(self) -> None:
        async with self._printing:
            for post in await self._new():
                self._seen = post.id
                self._print(post)

    def _tell_earlier(self, posts: "Sequence[Post]") -> None:
        """The last ones, each with its time, on standard error: beside the answers."""
        from adapters.console.format import files_in, from_document, to_text
        from bot.language import moments, noun

        if not posts:
            return
        config, now = self._program.config, self._program.clock()
        language = config.bot.language
        more = phrases.LAST_ONES.say(language, count=_EARLIER) if len(posts) > _EARLIER else ""
        print(
            phrases.EARLIER.say(language, messages=noun.MESSAGES.count(language, len(posts)), more=more),
            file=sys.stderr,
        )
        for post in posts[-_EARLIER:]:
            when = moments.short(post.at, now=now, zone=config.bot.zone, language=language)
            print(f"\n[{when}]\n{to_text(from_document(post.card), files_in(post.card))}", file=sys.stderr)
        print(file=sys.stderr, flush=True)

    def _print(self, post: "Post") -> None:
        from adapters.console.format import files_in, from_document, to_text
        from adapters.console.world import BOT

        if post.author_id == BOT:
            print("\n" * self._printed + to_text(from_document(post.card), files_in(post.card)), flush=True)
            self._printed = True

    async def _new(self) -> "tuple[Post, ...]":
        board = self._program.console.board
        return tuple(await board.after({self._room: self._seen}, reader=self._seat.handle, limit=100))
