"""What the judge says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`what`: the rule that was broken. `detail`: where, without secrets."""

    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.detail}"
