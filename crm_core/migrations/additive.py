"""The rule that lets nodes be upgraded one after the other: a migration does not disturb the program before it.

After the first release a migration only adds: tables, indexes, columns that may be empty or have a default in the
database. What cannot be had so stands in a migration with `NOT_ADDITIVE = "why"`, before which every node is stopped.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

#: Up to here the schema came with the first release; nothing older runs anywhere.
FIRST_RELEASE = "0002"
MARK = "NOT_ADDITIVE"

_FORBIDDEN = frozenset({"drop_table", "drop_column", "rename_table", "drop_constraint"})
_SQL = re.compile(
    r"\bDROP\s+(TABLE|COLUMN|CONSTRAINT)\b|\bRENAME\b|\bSET\s+NOT\s+NULL\b|\bALTER\s+COLUMN\b.*\bTYPE\b"
    r"|\bADD\s+COLUMN\b(?=.*\bNOT\s+NULL\b)(?!.*\bDEFAULT\b)",
    re.IGNORECASE | re.DOTALL,
)


def breaches(migration: Path) -> list[str]:
    """What in this migration would disturb an older program, with its line; nothing when it says why it must."""
    tree = ast.parse(migration.read_text(encoding="utf-8"))
    if migration.name[:4] <= FIRST_RELEASE or _is_marked(tree):
        return []
    forward = [node for node in tree.body if not (isinstance(node, ast.FunctionDef) and node.name == "downgrade")]
    found = (breach for part in forward for node in ast.walk(part) for breach in _breaches(node))
    return [f"{migration.name}:{line}: {what}" for line, what in sorted(found)]


def _is_marked(tree: ast.Module) -> bool:
    """Whether it gives a reason."""
    return any(
        isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == MARK for target in node.targets)
        and isinstance(node.value, ast.Constant)
        and bool(node.value.value)
        for node in tree.body
    )


def _breaches(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.search(node.value):
        yield node.lineno, "SQL that drops, renames, narrows, or demands a value"
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    if node.func.attr in _FORBIDDEN:
        yield node.lineno, node.func.attr
    if node.func.attr == "alter_column" and _changes(node):
        yield node.lineno, "alter_column that renames, changes the type, or demands a value"
    if node.func.attr == "add_column" and any(_demands(argument) for argument in node.args):
        yield node.lineno, "add_column that demands a value and has no server_default"


def _changes(call: ast.Call) -> bool:
    words = {word.arg: word.value for word in call.keywords}
    return "new_column_name" in words or "type_" in words or _is(words.get("nullable"), value=False)


def _demands(argument: ast.expr) -> bool:
    """A column whose rows must have a value that the older program does not give."""
    if not isinstance(argument, ast.Call):
        return False
    words = {word.arg: word.value for word in argument.keywords}
    return _is(words.get("nullable"), value=False) and "server_default" not in words


def _is(node: ast.expr | None, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
