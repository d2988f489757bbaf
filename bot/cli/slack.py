"""`crmbot slack`: the manifest for Slack's console, and the link with which workspaces let the bot in."""

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
    _add_install_link(actions)


def _add_manifest(actions: options.Subcommands) -> None:
    parser = actions.add_parser(
        "manifest",
        help="print the manifest of the app 打印应用清单",
        description=f"Print the manifest of the app; paste it at {CONSOLE}, From a manifest. "
        f"打印应用清单；打开 {CONSOLE}，选 From a manifest，粘贴进去。",
    )
    options.add_config(parser)
    parser.add_argument(
        "--socket",
        action="store_true",
        help="over sockets, without a public address; so it is too when [slack] app_token is set "
        "Socket 方式，无需公网地址；填了 app_token 时默认如此",
    )
    parser.add_argument("--json", action="store_true", help="as JSON instead of YAML 输出 JSON 而不是 YAML")
    parser.set_defaults(run=print_manifest)


def _add_install_link(actions: options.Subcommands) -> None:
    parser = actions.add_parser(
        "install-link",
        help="print the link with which a workspace lets the bot in 打印安装链接（多个工作区）",
        description="Print the link with which further workspaces let the bot in. Whoever has it can bring a workspace "
        "in, so give it to those alone who should. "
        "打印让其他工作区安装机器人的链接；有链接的人都能安装，请只交给该用的人。",
    )
    options.add_config(parser)
    parser.set_defaults(run=print_install_link)


def print_install_link(arguments: argparse.Namespace) -> int:
    """Print it. Raises `ConfigError` when the program serves one workspace only."""
    from bot.config import ConfigError
    from bot.slack.workspaces import consent_of, vault_of

    slack = options.config_of(arguments).slack
    if not slack.client_id:
        raise ConfigError(
            "[slack] client_id: set it with client_secret, encryption_key and public_url to serve several workspaces "
            "填写 client_id、client_secret、encryption_key、public_url 后才能装进多个工作区"
        )
    print(consent_of(slack, vault_of(slack)).link)
    return 0


def print_manifest(arguments: argparse.Namespace) -> int:
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
            "which needs none. 请填写 Slack 能访问到的 https:// 地址，或改用 --socket（无需公网地址）"
        )
    return App(slack.public_url, over_sockets, several=bool(slack.client_id)).manifest()
