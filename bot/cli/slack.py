"""`crmbot slack manifest`: what Slack's console needs to make the app."""

import argparse
import json
from typing import TYPE_CHECKING

from bot.cli import options

if TYPE_CHECKING:
    from bot.config import Config

CONSOLE = "https://api.slack.com/apps?new_app=1"


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser("slack", help="what Slack's console needs 生成 Slack 应用清单")
    actions = parser.add_subparsers(required=True, metavar="action")
    _add_manifest(actions)


def _add_manifest(actions: options.Subcommands) -> None:
    parser = actions.add_parser(
        "manifest",
        help="print the manifest of the app 打印应用清单",
        description=f"Print the manifest of the app; paste it at {CONSOLE}, From a manifest. "
        f"打印应用清单;打开 {CONSOLE},选 From a manifest,粘贴进去。",
    )
    options.add_config(parser)
    parser.add_argument(
        "--socket",
        action="store_true",
        help="over sockets, without a public address; so it is too when [slack] app_token is set "
        "Socket 方式,无需公网地址;填了 app_token 时默认如此",
    )
    parser.add_argument("--json", action="store_true", help="as JSON instead of YAML 输出 JSON 而不是 YAML")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    from adapters.slack.manifest import to_yaml

    options.speak_utf8()
    document = manifest_of(options.config_of(arguments), socket=arguments.socket)
    print(json.dumps(document, ensure_ascii=False, indent=2) if arguments.json else to_yaml(document).rstrip("\n"))
    return 0


def manifest_of(config: "Config", *, socket: bool) -> dict[str, object]:
    """The manifest for this configuration. Raises `ConfigError` when Slack would not know where to send."""
    from adapters.slack.manifest import App
    from bot.config import ConfigError

    slack = config.slack
    over_sockets = socket or bool(slack.app_token.get_secret_value())
    if not over_sockets and not slack.public_url:
        raise ConfigError(
            "[slack] public_url: set the https://… address under which Slack reaches this program, or use --socket, "
            "which needs none. 请填写 Slack 能访问到的 https:// 地址,或改用 --socket(无需公网地址)"
        )
    return App(slack.public_url, over_sockets, several=bool(slack.client_id)).manifest()
