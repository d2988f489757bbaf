"""What a network does to deliveries, drawn from a seed: the same seed, the same troubles."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Chaos:
    """Every number is a share of the deliveries, from 0 to 1, unless it says otherwise.

    duplicate: delivered again although it was acknowledged, as if the 200 had been lost on the way.
    reorder: overtaken by up to `overtakers` later ones.
    cut: the connection breaks in the middle of the body, and the retry brings it.
    slow: the body comes in halves, `pause` wall seconds apart.
    at_once: how many deliveries run side by side, a burst; 1 keeps the order.
    varied: headers in changing case, content types with and without charset.
    """

    seed: int = 1
    duplicate: float = 0.0
    reorder: float = 0.0
    overtakers: int = 5
    cut: float = 0.0
    slow: float = 0.0
    pause: float = 0.05
    at_once: int = 1
    varied: bool = False


@dataclass(frozen=True)
class Fate:
    """What happens to one event. `overtakers`: how many later ones go first. `again`: after its acknowledgement."""

    overtakers: int = 0
    cut: bool = False
    pause: float = 0.0
    again: bool = False


class Dice:
    """Draws one fate after another for the events of one app."""

    def __init__(self, chaos: Chaos) -> None:
        self._chaos = chaos
        self._random = random.Random(chaos.seed)

    def draw(self) -> Fate:
        """The fate of the next event. Only its first attempt is disturbed, so that chaos alone loses nothing."""
        chaos = self._chaos
        late, cut, slow, again = (self._random.random() for _ in range(4))
        return Fate(
            overtakers=1 + int(late / chaos.reorder * chaos.overtakers) if late < chaos.reorder else 0,
            cut=cut < chaos.cut,
            pause=chaos.pause if slow < chaos.slow and cut >= chaos.cut else 0.0,
            again=again < chaos.duplicate,
        )
