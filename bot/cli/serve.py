"""`crmbot serve`: the program."""

import argparse
import errno
import socket
from collections.abc import Callable

from bot.cli import options
from bot.config import Config, ConfigError
from bot.language.phrases import configuration as words


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser("serve", help="run the bot")
    options.add_config(parser)
    options.add_address(parser)
    parser.add_argument("--log-level", default="info", choices=("debug", "info", "warning", "error"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    config = options.config_of(arguments)
    return serve(
        config,
        listen(config, arguments.host, arguments.port),
        arguments.log_level,
        lambda url: print(f"crmbot is ready on {url}", flush=True),
    )


def serve(config: Config, listener: socket.socket, log_level: str, ready: Callable[[str], None]) -> int:
    """Run the program on this socket; `ready` is called with its address once it answers."""
    from bot import interpreter, logs
    from bot.app import create_app
    from bot.server import Server
    from bot.wiring import build

    logs.set_up(log_level, config.log.format)
    with listener:
        program = build(config)

        def started() -> None:
            interpreter.settle()
            ready(_url(listener))

        Server(create_app(program), program, started).run(sockets=[listener])
    return 0


def listen(config: Config, host: str, port: int) -> socket.socket:
    """A socket on this address. Raises `ConfigError` when it is taken, or not fit for the web chat."""
    from ipaddress import ip_address

    try:
        (family, _, _, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise ConfigError(words.NO_HOST.say(config.bot.language, host=host)) from None
    if config.console.web and not ip_address(address[0]).is_loopback:
        raise ConfigError(words.WEB_ELSEWHERE.say(config.bot.language, host=host))
    return _bound(family, (str(address[0]), port), config.bot.language)


def _bound(family: int, address: tuple[str, int], language: str) -> socket.socket:
    try:
        listener = socket.create_server(address, family=family, backlog=128)
    except OSError as error:
        raise ConfigError(_unbound(error, *address, language)) from None
    # asyncio sets it only on sockets that name their protocol; without it answers on kept connections wait 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _unbound(error: OSError, host: str, port: int, language: str) -> str:
    if error.errno == errno.EADDRNOTAVAIL:
        return words.NO_HOST.say(language, host=host)
    known = words.LISTENING.get(error.errno or 0)
    why = error.strerror if known is None else known.say(language)
    return words.NOT_LISTENING.say(language, host=host, port=port, why=why)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
