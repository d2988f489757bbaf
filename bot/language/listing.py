"""Several values in one line."""

from collections.abc import Iterable


def listed(values: Iterable[str], language: str) -> str:
    """张三、李四 in Chinese, "Alice, Bob" in English."""
    return ("、" if language == "zh" else ", ").join(values)
