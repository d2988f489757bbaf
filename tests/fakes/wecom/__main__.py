"""A WeCom for trying the bot without an account: `python -m tests.fakes.wecom`, or `make fake-wecom`."""

import argparse
import getpass
import sys
import tempfile
from pathlib import Path

from tests.fakes.clock import RealClock
from tests.fakes.wecom.archive.chats import Chats
from tests.fakes.wecom.console import HELP, Console
from tests.fakes.wecom.robot.gateway import Gateway
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample

PORT = 8768
CALLBACK = "http://127.0.0.1:8765/wecom/callback"
WELCOME = """\
A WeCom on this machine, with the company of Alice, Bob and Charlie and their customers 张三, 李四, 王五.
本机上的企业微信:无需账号，即可试用机器人。

Put these lines into a file of their own, fake.toml, and start the bot with it: crmbot serve --config fake.toml
把下面几行存成单独的文件 fake.toml，然后用它启动机器人：

[bot]
admins = ["wecom:alice"]

[database]
url = "sqlite:///fake-wecom.db"

[wecom]
corp_id = "{corp_id}"
agent_id = {agent_id}
secret = "{secret}"
public_url = "{public_url}"
token = "{token}"
encoding_aes_key = "{aes_key}"
contact_secret = "{contact}"
kf_secret = "{kf}"
api_url = "{api_url}"

[wecom.robot]
bot_id = "{bot_id}"
secret = "{robot_secret}"
ws_url = "{ws_url}"

[wecom.archive]
library = "{library}"
secret = "{archive}"
private_keys = ["{key}"]

Callbacks go to {callback}; the robot's connection is made by the bot.
People / 人员: {people}
Type help for what you can do, quit to end. 输入 help 查看用法，quit 退出。
"""


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    company = sample(RealClock(), seed=options.seed)
    company.crm.lists_contact = company.crm.lists_kf = True
    for one in company.world.staff.values():
        one.archived = True
    with wecom(company.world, port=options.port) as fake:
        gateway = fake.open_robot(port=options.port + 1 if options.port else 0)
        fake.deliver_to(company.crm, options.callback)
        chats = _chats(company, options.seed)
        _say(_welcome(fake, company, gateway, chats, options.callback))
        _talk(Console(fake, company, gateway.robot, chats=chats), options.lines)
    return 0


def _chats(company: Sample, seed: int) -> Chats:
    """What people write to their customers, with the library that hands it out; the same keys at every start, and
    numbers above those of the last."""
    folder = Path(tempfile.gettempdir()) / f"crmbot-fake-wecom-{getpass.getuser()}-{seed}"
    corp_id, secret = company.world.corp_id, company.archive.secret
    return Chats(folder, corp_id=corp_id, secret=secret, first=int(company.world.clock.now()))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.wecom",
        description=__doc__,
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"where the fake answers; the robot one above ({PORT})")
    parser.add_argument("--callback", default=CALLBACK, help=f"the callback URL of the bot (default {CALLBACK})")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other ids and secrets")
    parser.add_argument("lines", nargs="*", help='what to do, one argument a line, such as "帮助"; else a prompt')
    return parser.parse_args(arguments)


def _welcome(fake: Fake, company: Sample, gateway: Gateway, chats: Chats, callback: str) -> str:
    return WELCOME.format(
        corp_id=company.world.corp_id,
        agent_id=company.crm.agent_id,
        secret=company.crm.secret,
        public_url=callback.removesuffix("/wecom/callback"),
        token=company.crm.token,
        aes_key=company.crm.aes_key,
        contact=company.contact.secret,
        kf=company.kf.secret,
        library=chats.library,
        archive=company.archive.secret,
        key=chats.key_files()[0],
        api_url=fake.api_url,
        bot_id=gateway.robot.bot_id,
        robot_secret=gateway.robot.secret,
        ws_url=gateway.url,
        callback=callback,
        people=", ".join(f"{one.name} ({one.userid})" for one in company.world.staff.values()),
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
