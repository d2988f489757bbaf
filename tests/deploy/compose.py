"""Reads as much YAML as `deploy/compose.yaml` is written in: maps, lists of strings, plain and quoted text."""

import json
import re

Node = dict[str, "Node"] | list[str] | str

_KEY = re.compile(r"([A-Za-z0-9_.-]+):(?: (.*))?")


def parse(text: str) -> Node:
    """The document. Raises `ValueError` for anything else."""
    lines = [(len(line) - len(line.lstrip(" ")), line.strip()) for line in text.splitlines() if _counts(line)]
    node, rest = _block(lines, 0)
    if rest:
        raise ValueError(f"out of place: {rest[0][1]}")
    return node


def _counts(line: str) -> bool:
    if "\t" in line:
        raise ValueError("a tab")
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _block(lines: list[tuple[int, str]], indent: int) -> tuple[Node, list[tuple[int, str]]]:
    if lines and lines[0][1].startswith("- "):
        return _list(lines, lines[0][0])
    found: dict[str, Node] = {}
    while lines and lines[0][0] == indent:
        match = _KEY.fullmatch(lines[0][1])
        if match is None or match[1] in found:
            raise ValueError(f"not a key, or twice: {lines[0][1]}")
        key, value, lines = match[1], match[2], lines[1:]
        if value:
            found[key] = _value(value)
        elif lines and lines[0][0] > indent:
            found[key], lines = _block(lines, lines[0][0])
        else:
            found[key] = ""
    return found, lines


def _list(lines: list[tuple[int, str]], indent: int) -> tuple[Node, list[tuple[int, str]]]:
    items: list[str] = []
    while lines and lines[0][0] == indent and lines[0][1].startswith("- "):
        value = _value(lines[0][1][2:])
        items.append(str(value))
        lines = lines[1:]
    return items, lines


def _value(text: str) -> Node:
    if text[0] in '["':
        value: Node = json.loads(text)
        return value
    if text[0] in "{&*!|>%@`'" or " #" in text or ": " in text:
        raise ValueError(f"not plain: {text}")
    return text
