"""The app as Slack's console makes it: "App manifest reference". Paste it at https://api.slack.com/apps?new_app=1."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.slack import scopes
from crm_core.chat import Document

NAME = "CRM Bot"
COMMAND = "/crm"
LOG_SHORTCUT = "log_to_crm"
TASK_SHORTCUT = "new_task"
EVENTS_PATH = "slack/events"
REDIRECT_PATH = "slack/oauth_redirect"

_LONG = (
    "crmbot keeps the customers of your company where you talk about them. Ask /crm find acme and the card is there; "
    "note, tag, remind and hand over in one line. What it shows is for the asker alone, and only what they may see.\n"
    "crmbot 把公司的客户资料放进聊天：发 /crm 查 张三 就能看到客户卡片；备注、标签、提醒、转交都只要一句话。"
    "答复只给提问的人看，而且只显示其有权查看的内容。"
)
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./ -]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True)
class App:
    """`public_url`: with a slash in the end, "" for none. `several`: installed into several workspaces."""

    public_url: str = ""
    socket: bool = False
    several: bool = False

    @property
    def _request_url(self) -> Document:
        """Over sockets there are no addresses."""
        return {} if self.socket else {"request_url": f"{self.public_url}{EVENTS_PATH}"}

    def manifest(self) -> Document:
        """The manifest, in the order of Slack's own."""
        return {
            "_metadata": {"major_version": 2},
            "display_information": {
                "name": NAME,
                "description": "Customers where you talk about them 聊天里的客户管理",
                "long_description": _LONG,
                "background_color": "#1f3a5f",
            },
            "features": self._features(),
            "oauth_config": self._oauth(),
            "settings": self._settings(),
        }

    def _features(self) -> Document:
        features: Document = {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "crm", "always_online": True},
            "slash_commands": [self._command()],
            "shortcuts": [
                {
                    "name": "Log to CRM",
                    "type": "message",
                    "callback_id": LOG_SHORTCUT,
                    "description": "Keep this message with a customer 把消息记到客户名下",
                },
                {
                    "name": "New CRM task",
                    "type": "global",
                    "callback_id": TASK_SHORTCUT,
                    "description": "Be reminded of a customer 新建客户提醒",
                },
            ],
        }
        domain = _domain(self.public_url)
        return features | ({"unfurl_domains": [domain]} if domain else {})

    def _command(self) -> Document:
        return {
            "command": COMMAND,
            **({} if self.socket else {"url": f"{self.public_url}{EVENTS_PATH}"}),
            "description": "Customers, notes, reminders 客户、备注、提醒",
            "usage_hint": "find acme | note acme … | help",
            "should_escape": True,
        }

    def _oauth(self) -> Document:
        redirects = {"redirect_urls": [f"{self.public_url}{REDIRECT_PATH}"]} if self.several else {}
        return {**redirects, "scopes": {"bot": list(scopes.names())}}

    def _settings(self) -> Document:
        menus = {} if self.socket else {"message_menu_options_url": f"{self.public_url}{EVENTS_PATH}"}
        return {
            "event_subscriptions": {**self._request_url, "bot_events": list(scopes.events())},
            "interactivity": {"is_enabled": True, **self._request_url, **menus},
            "org_deploy_enabled": False,
            "socket_mode_enabled": self.socket,
            "token_rotation_enabled": self.several,
        }


def to_yaml(document: Document) -> str:
    """The same as YAML, as far as a manifest needs it."""
    return "".join(f"{line}\n" for line in _mapping(document, ""))


def _mapping(document: Document, indent: str) -> Iterator[str]:
    for name, value in document.items():
        if isinstance(value, dict):
            yield f"{indent}{name}:"
            yield from _mapping(value, f"{indent}  ")
        elif isinstance(value, list):
            yield f"{indent}{name}:"
            yield from _items(value, f"{indent}  ")
        else:
            yield f"{indent}{name}: {_scalar(value)}"


def _items(values: list[object], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            first, *rest = _mapping(value, "")
            yield f"{indent}- {first}"
            yield from (f"{indent}  {line}" for line in rest)
        else:
            yield f"{indent}- {_scalar(value)}"


def _scalar(value: object) -> str:
    """Quoted as in JSON wherever a word alone could be read as something else."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)


def _domain(public_url: str) -> str:
    """Where links to records begin; no domain for a machine of one's own."""
    host = urlsplit(public_url).hostname or ""
    return host if "." in host and not host.replace(".", "").isdecimal() else ""
