"""`docs/commands.md`, from the commands themselves: `python -m tests.docs.commands_page` writes it."""

from pathlib import Path

from bot.commands import COMMANDS
from bot.commands.command import Command

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"

_INTRODUCTION = """# Commands · 命令

Written as they come: the language may be mixed, the space after a Chinese word may be left out, and a name, a part of
one, pinyin, initials, or the last digits of a phone alone find a customer. Plain sentences work for the common things:
“张总的电话是多少”, “what's Acme's stage?”, “把王五标成VIP”, “明天下午三点提醒我给李四打电话”.
直接说就行:中英文可以混用,中文命令后的空格可以省略;
只写名字(或其中一部分、拼音、首字母、手机尾号)就是查客户;常用的事也可以用整句话说。

In a direct chat with the bot just write. In a group, mention it or begin with `/crm`.
私聊直接写;群里 @ 它或以 `/crm` 开头。

- **Who is meant?** `#12` is a customer's number; right after a card, “他”, “she” or no name at all means that customer.
  When a name is not clear the bot lists who it may be: answer `2`, or press. 名字不明确时会列出候选,回复序号即可。
- **Every change** is echoed and can be taken back for ten minutes: `撤销`, `undo`. 所有修改十分钟内可撤销。
- **Rights**: a command is refused when the role does not carry it. 权限不够会说明。

| | | needs 权限 |
|---|---|---|
"""


def page() -> str:
    """The page as it should stand."""
    rows = "".join(map(_row, COMMANDS))
    details = "".join(_section(one) for one in COMMANDS)
    return _INTRODUCTION + rows + "\n## How each is written · 写法\n" + details


def _row(command: Command) -> str:
    summary = f"{_cell(command.summary.zh)}<br>{_cell(command.summary.en)}"
    return f"| {_words(command)} | {summary} | {command.right} |\n"


def _words(command: Command) -> str:
    return " ".join(f"`{word}`" for word in command.words)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")


def _section(command: Command) -> str:
    usage = "\n".join(text.format() for text in (command.usage.zh, command.usage.en))
    return f"\n### {command.name}\n\n```\n{usage}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
