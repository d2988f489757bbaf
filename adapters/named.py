"""The name under which something is remembered."""

import hashlib


def named(*parts: str) -> str:
    """40 letters: the same for the same parts."""
    return hashlib.sha256(":".join(parts).encode()).hexdigest()[:40]
