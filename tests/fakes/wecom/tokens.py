"""Access tokens: one per secret, the same one while it lives; who asks too often, or wrongly, is barred."""

from dataclasses import dataclass, field

from tests.fakes.clock import Clock
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import WeComError
from tests.fakes.wecom.ids import Ids

LIFE = 7200
BAR = 3600
TRIES_BEFORE_BAR = 10
HOUR = 3600


@dataclass
class Token:
    """`valid`: not invalidated early."""

    value: str
    app: App
    until: float
    valid: bool = True


@dataclass(frozen=True)
class Fetch:
    """One successful gettoken. `again`: it gave the token that was alive already."""

    app: str
    at: float
    again: bool


@dataclass
class Tokens:
    """`hourly`: how often a secret may be asked with within an hour, before the caller is barred for an hour.

    `fetches`: the successful ones in order. `asked`: per app all of them.
    """

    clock: Clock
    ids: Ids
    hourly: int = 60
    life: int = LIFE
    fetches: list[Fetch] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    _tokens: dict[str, Token] = field(default_factory=dict)
    _recent: dict[str, list[float]] = field(default_factory=dict)
    _wrong: int = 0
    _barred_until: float = 0

    def fetch(self, app: App | None) -> Token:
        """The token of this app's secret; None for a wrong secret. 40001, 45009 for who is barred."""
        self._require_unbarred()
        if app is None:
            self._count_wrong()
            raise WeComError(40001)
        self._wrong = 0
        self._count(app)
        alive = self.alive(app)
        token = alive or Token(self.ids.token(), app, self.clock.now() + self.life)
        self._tokens[token.value] = token
        self.fetches.append(Fetch(app.name, self.clock.now(), again=alive is not None))
        return token

    def alive(self, app: App) -> Token | None:
        """The token this app has now."""
        for token in self._tokens.values():
            if token.app is app and token.valid and token.until > self.clock.now():
                return token
        return None

    def owner(self, value: str) -> App:
        """Who calls with this token: 41001 without one, 40014 unknown, 42001 expired."""
        if not value:
            raise WeComError(41001)
        token = self._tokens.get(value)
        if token is None or not token.valid:
            raise WeComError(40014)
        if token.until <= self.clock.now():
            raise WeComError(42001)
        return token.app

    def invalidate(self, app: App) -> None:
        """Before its time, as the platform may."""
        for token in self._tokens.values():
            if token.app is app:
                token.valid = False

    def values(self) -> dict[str, str]:
        """The name of the app by every token ever given, for who looks for leaks."""
        return {value: token.app.name for value, token in self._tokens.items()}

    def _require_unbarred(self) -> None:
        if self.clock.now() < self._barred_until:
            raise WeComError(45009)

    def _count_wrong(self) -> None:
        self._wrong += 1
        if self._wrong >= TRIES_BEFORE_BAR:
            self._barred_until = self.clock.now() + BAR
            self._wrong = 0

    def _count(self, app: App) -> None:
        self.asked[app.name] = self.asked.get(app.name, 0) + 1
        now = self.clock.now()
        recent = [at for at in self._recent.get(app.name, ()) if at > now - HOUR]
        self._recent[app.name] = [*recent, now]
        if len(recent) >= self.hourly:
            self._barred_until = now + BAR
            raise WeComError(45009)
