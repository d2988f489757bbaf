"""What the people of the sample company say and do on Slack, drawn from a seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.channels import Channel
from tests.fakes.slack.messages import Message
from tests.fakes.slack.people import User
from tests.fakes.slack.sample import Sample

_WORDS = (
    "Could you send the quote",
    "请把报价单发给我们",
    "See you on Monday",
    "合同什么时候能签",
    "Thanks! :+1:",
    "what is the payload?",
)
#: What is answered, edited, deleted and marked is among so many of the latest.
_LATELY = 60


@dataclass
class Talk:
    """`said`: what stands there, oldest first."""

    company: Sample
    chance: random.Random
    said: list[tuple[Message, Channel, User]] = field(default_factory=list)

    def go_on(self) -> None:
        """One thing that happens."""
        happens: tuple[tuple[Callable[[], None], int], ...] = (
            (self._say, 64),
            (self._reply, 10),
            (self._edit, 9),
            (self._delete, 4),
            (self._react, 8),
            (self._share, 2),
            (self._broadcast, 3),
        )
        acts, weights = zip(*happens, strict=True)
        self.chance.choices(acts, weights)[0]()

    def _say(self, **more: Any) -> None:
        channel = self.chance.choice((self.company.sales, self.company.acme_shared))
        person = self.chance.choice(self._speakers(channel))
        words = f"{self.chance.choice(_WORDS)} {len(self.said)} <{self.chance.random():.3f}> & 报价 {len(self.said)}"
        self.said.append((self.company.world.say(person, channel, words, **more), channel, person))

    def _reply(self) -> None:
        self._under(broadcast=False)

    def _broadcast(self) -> None:
        self._under(broadcast=True)

    def _under(self, *, broadcast: bool) -> None:
        roots = [one for one in self.said[-_LATELY:] if "thread_ts" not in one[0].body]
        if not roots:
            return
        message, channel, _ = self.chance.choice(roots)
        person = self.chance.choice(self._speakers(channel))
        words = f"re {len(self.said)}: {self.chance.choice(_WORDS)}"
        said = self.company.world.say(person, channel, words, thread=message, broadcast=broadcast)
        self.said.append((said, channel, person))

    def _edit(self) -> None:
        one = self._one()
        if one is not None:
            self.company.world.edit(one[0], one[1], f"edited {self.chance.random():.6f}")

    def _delete(self) -> None:
        one = self._one()
        if one is not None:
            self.said.remove(one)
            self.company.world.delete(one[0], one[1])

    def _react(self) -> None:
        one = self._one()
        if one is not None:
            name = f"emoji_{self.chance.randrange(10**9)}"
            self.company.world.react(self.company.alice, one[0], one[1], name)

    def _share(self) -> None:
        self.company.world.share_file(self.company.alice, self.company.sales, "offer.pdf", b"%PDF-", words="the offer")

    def _one(self) -> tuple[Message, Channel, User] | None:
        """Something that was said lately."""
        return self.chance.choice(self.said[-_LATELY:]) if self.said else None

    def _speakers(self, channel: Channel) -> tuple[User, ...]:
        company = self.company
        outside = (company.gina, company.erin) if channel is company.acme_shared else ()
        return (company.alice, company.bob, *outside)
