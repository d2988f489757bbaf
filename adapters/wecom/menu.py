"""The menu under the chat with the app: the commands people need most, one touch away."""

from crm_core.chat import Document

#: Key of an entry → the command it stands for.
COMMANDS = {"todo": "待办", "find": "查", "broadcast": "群发", "help": "帮助"}

_LABELS = {"todo": "我的待办", "find": "查客户"}
_MORE = {"broadcast": "群发", "help": "帮助"}


def wanted() -> Document:
    """The body of `menu/create`: at most three entries, with at most five under each."""
    return {"button": [*map(_entry, _LABELS.items()), {"name": "更多", "sub_button": [*map(_entry, _MORE.items())]}]}


def is_wanted(shown: Document) -> bool:
    """Whether what `menu/get` answered is this menu; what WeCom adds to it does not matter."""
    return _bare(shown.get("button")) == _bare(wanted()["button"])


def _entry(labelled: tuple[str, str]) -> Document:
    key, label = labelled
    return {"type": "click", "name": label, "key": key}


def _bare(entries: object) -> list[tuple[str, str, object]]:
    if not isinstance(entries, list):
        return []
    return [
        (str(entry.get("name", "")), str(entry.get("key", "")), _bare(entry.get("sub_button")))
        for entry in entries
        if isinstance(entry, dict)
    ]
