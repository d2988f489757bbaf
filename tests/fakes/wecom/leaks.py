"""Secrets of the fake's world, to be looked for where they must not be."""

from collections.abc import Iterable, Iterator

from tests.fakes.finding import Finding
from tests.fakes.wecom.robot.robot import Robot
from tests.fakes.wecom.world import World

#: Shorter texts occur in logs by chance.
TELLING = 12


def secrets_in(world: World, robots: Iterable[Robot], log: str) -> Iterator[Finding]:
    """Secrets, tokens, codes that act like tokens, and what people wrote, in the text of a log."""
    for name, secret in _secrets(world, robots):
        if secret in log:
            yield Finding("secret in the log", name)
    for entry in world.journal.of("event"):
        words = str(entry["fields"].get("Content", ""))
        if len(words) >= TELLING and words in log:
            yield Finding("words in the log", f"message {entry['fields'].get('MsgId')}")


def _secrets(world: World, robots: Iterable[Robot]) -> Iterator[tuple[str, str]]:
    for app in world.apps.values():
        yield f"secret of {app.name}", app.secret
        yield f"callback token of {app.name}", app.token
        yield f"callback key of {app.name}", app.aes_key
    for token, name in world.tokens.values().items():
        yield f"access token of {name}", token
    for code in world.response_codes:
        yield "response_code", code
    for code in world.greetings:
        yield "welcome code", code
    for robot in robots:
        yield f"secret of the robot {robot.name}", robot.secret
        yield from (("response_url", code) for code in robot.later)
