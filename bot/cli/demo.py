"""`crmbot demo`: a sample company in ./demo.db, the web chat on 127.0.0.1, nudges for real."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import options
from bot.config import Broadcasts, Config, Console, DatabaseSection

if TYPE_CHECKING:
    from sqlmodel import Session

_FILE = "demo.db"
_BANNER = """
  crmbot · {url}

  打开上面的地址，选一个身份（先用 Alice），试试：   Open it, be Alice, and try:
    查 张三                                            find dave
    一分钟后提醒我给李四打电话                         remind me in 1 minute to call Dave
    群发 VIP & !流失: {{name|您}}好，新品到货了          broadcast VIP & !churned: Hi {{name|there}}, news!
    群发 意向: {{name|您}}好（要 Bob 批准）              broadcast interested: Hi {{name|there}}! (Bob approves)

  样例数据在 {file}，重来用 --fresh；Ctrl+C 退出。    The sample is kept in {file}; --fresh starts anew; Ctrl+C ends.
"""


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser("demo", help="try it: a sample company and the web chat on this machine")
    parser.add_argument("--port", type=int, default=8765, help="port to listen on (default %(default)s)")
    parser.add_argument("--fresh", action="store_true", help=f"forget what was done before: a new ./{_FILE}")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve the sample until Ctrl+C."""
    from bot.cli.serve import listen, serve

    config = settings()
    listener = listen(config, "127.0.0.1", arguments.port)
    if arguments.fresh:
        forget(Path(_FILE))
    fill(config)
    return serve(config, listener, "warning", lambda url: print(_BANNER.format(url=url, file=_FILE), flush=True))


def settings() -> Config:
    """The web chat, and a broadcast so small that people try it needs somebody's approval."""
    return Config(
        database=DatabaseSection(url=f"sqlite:///{_FILE}"),
        console=Console(web=True),
        broadcasts=Broadcasts(approval_above=15),
    )


def forget(file: Path) -> None:
    """Remove an SQLite database."""
    for path in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        path.unlink(missing_ok=True)


def fill(config: Config) -> None:
    """Put the sample company into a database that has nobody yet."""
    from bot.opening import open_database
    from crm_core.people import staff

    database = open_database(config)
    with database.writing() as session:
        if not staff.everyone(session):
            settle(session)
            hang(session)
    database.close()


def settle(session: "Session") -> None:
    """The sample company, as of now."""
    from rich.console import Console as Terminal
    from rich.progress import track

    from bot.clock import utc_now
    from bot.sample import company

    terminal = Terminal(stderr=True)
    customers = company.build(session, now=utc_now())
    for _ in track(customers, "示例公司 Sample company", company.CUSTOMERS, console=terminal, transient=True):
        pass  # the bar is what is wanted


def hang(session: "Session") -> None:
    """Put what was said in the rooms of the web chat on its board."""
    from sqlmodel import col, select

    from adapters.console.world import DEMO
    from crm_core.conversations import board
    from crm_core.conversations.tables import Conversation, Message

    said = select(Message, Conversation.platform_id).join(Conversation, col(Conversation.id) == Message.conversation_id)
    said = said.where(col(Conversation.platform_id).in_([group.id for group in DEMO.groups]))
    for message, room_id in session.exec(said.order_by(col(Message.sent_at), col(Message.id))):
        board.append(
            session,
            room_id=room_id,
            author_id=message.sender_platform_id,
            card={"text": message.text},
            now=message.sent_at,
        )
