"""The running program with a robot alone, connected to the fake's gateway."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot import config
from bot.config import Config
from crm_core.database import Database
from crm_core.people import staff
from crm_core.people.tables import Role
from tests.conftest import NOW
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.robot.chats import Chat, Post, Question
from tests.fakes.wecom.robot.gateway import Gateway
from tests.fakes.wecom.robot.robot import Robot
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample
from tests.running import Running, running


@dataclass
class Scene:
    """`program`: as it runs with the robot of `gateway`."""

    fake: Fake
    company: Sample
    gateway: Gateway
    database: Database

    @property
    def robot(self) -> Robot:
        return self.gateway.robot

    def config(self, **robot: Any) -> Config:
        """A robot and nothing else."""
        section = {"bot_id": self.robot.bot_id, "secret": self.robot.secret, "ws_url": self.gateway.url, **robot}
        return config.parse({"database": {"url": self.database.url}, "wecom": {"robot": section}})

    def connected(self, since: int = 0) -> None:
        """Until the program is subscribed, and more than `since` connections were."""
        self.fake.call(self.gateway.subscribed(since=since))

    def answered(self, question: Question) -> None:
        """Until it has its whole answer."""

        async def wait() -> None:
            async with self.gateway._changed:
                await self.gateway._changed.wait_for(lambda: question.answered)

        self.fake.call(wait())

    def pressed(self, question: Question) -> None:
        """Until something new stands in the chat, or the card is another one."""
        before = len(question.chat.posts), question.answers

        async def wait() -> None:
            async with self.gateway._changed:
                await self.gateway._changed.wait_for(lambda: (len(question.chat.posts), question.answers) != before)

        self.fake.call(wait())

    def asks(self, words: str, who: Staff | None = None, chat: Chat | None = None) -> str:
        """Say it, and wait for the answer: its words."""
        question = self.robot.say(who or self.company.alice, words, chat)
        assert question
        self.answered(question)
        return text(self.latest(who, chat))

    def latest(self, who: Staff | None = None, chat: Chat | None = None) -> Post:
        post = self.robot.latest(who or self.company.alice, chat)
        assert post is not None
        return post

    def faults(self) -> list[Any]:
        return list(self.fake.journal.of("violation"))


def text(post: Post) -> str:
    """What it says, whatever it is."""
    return str(post.body.get("content") or post.body)


@pytest.fixture
def scene(sqlite_database: Database) -> Iterator[Scene]:
    company = sample()
    with sqlite_database.writing() as session:
        staff.add(session, "Alice", role=Role.SALES, team="Sales", handle=("wecom", "alice"), language="en", now=NOW)
        staff.add(session, "Boss", role=Role.ADMIN, handle=("console", "boss"), now=NOW)
    with wecom(company.world) as fake:
        yield Scene(fake, company, fake.open_robot(), sqlite_database)


@pytest.fixture
def program(scene: Scene) -> Iterator[Running]:
    with running(scene.config()) as program:
        scene.connected()
        yield program
    assert scene.faults() == []
