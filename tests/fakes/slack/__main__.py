"""A Slack for trying the bot without an account: `python -m tests.fakes.slack`, or `make fake-slack`."""

import argparse
import sys

from tests.fakes.clock import RealClock
from tests.fakes.slack.console import HELP, Console
from tests.fakes.slack.running import Fake, slack
from tests.fakes.slack.sample import Sample, sample

PORT = 8766
EVENTS = "http://127.0.0.1:8765/slack/events"
WELCOME = """\
A Slack on this machine, with the company of Alice and Bob and a channel they share with Acme.
本机上的 Slack：无需账号，即可试用机器人。

Put these lines into a file of their own, fake.toml, and start the bot: crmbot serve --config fake.toml --port 8765
把下面几行存成单独的文件 fake.toml，然后用它启动机器人：

[bot]
admins = ["slack:{admin}"]  # alice

[database]
url = "sqlite:///fake-slack.db"

[slack]
bot_token = "{bot_token}"
{secret}
api_url = "{api_url}"

In a copy of config.example.toml they replace what stands there already: admins in [bot], url in [database], and in
[slack] bot_token, {secret_key} and api_url. A table may stand in a file once only.
用 config.example.toml 的副本时，请改掉已有的这几行：[bot] 的 admins，[database] 的 url，[slack] 的 bot_token、
{secret_key}、api_url；同一个表在文件里只能出现一次。

{how}
People / 人员: {people}
Type help for what you can do, quit to end. 输入 help 查看用法,quit 退出。
"""


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    company = sample(RealClock(), seed=options.seed)
    with slack(company.world, port=options.port) as fake:
        if options.socket:
            fake.open_sockets(company.app)
        else:
            fake.deliver_to(company.app, options.events)
        _say(_welcome(fake, company, options))
        _talk(Console(fake, company), options.lines)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.slack",
        description=__doc__,
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"where the fake answers (default {PORT})")
    parser.add_argument("--events", default=EVENTS, help=f"the request URL of the bot (default {EVENTS})")
    parser.add_argument("--socket", action="store_true", help="Socket Mode instead of a request URL")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other ids and tokens")
    parser.add_argument("lines", nargs="*", help='what to do, one argument a line, such as "/crm help"; else a prompt')
    return parser.parse_args(arguments)


def _welcome(fake: Fake, company: Sample, options: argparse.Namespace) -> str:
    app = company.app
    secret = f'app_token = "{app.app_token}"' if options.socket else f'signing_secret = "{app.signing_secret}"'
    how = "Socket Mode: the bot connects by itself." if options.socket else f"Events go to {options.events}"
    return WELCOME.format(
        admin=company.alice.id,
        bot_token=company.crm.token,
        secret=secret,
        secret_key=secret.split(" ", 1)[0],
        api_url=fake.api_url,
        how=how,
        people=", ".join(f"{user.name} ({user.id}, {user.email})" for user in company.people),
    )


def _talk(console: Console, lines: list[str]) -> None:
    """Do these lines; without any, ask for one after the other."""
    for line in lines:
        _say(f"{console.prompt}{line}\n{console.act(line)}")
    while not lines:
        try:
            line = input(console.prompt)
        except (EOFError, KeyboardInterrupt):
            return
        if line.strip() in ("quit", "exit", "退出"):
            return
        _say(console.act(line))


def _say(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
