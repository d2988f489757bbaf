"""A small company on the fake Slack, for tests: Alice and Bob at home, the CRM's bot in their sales channel."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.clock import ManualClock
from tests.fakes.slack.apps import Install
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import Json
from tests.fakes.slack.people import User, Workspace
from tests.fakes.slack.world import World


@dataclass(frozen=True)
class Scene:
    """`clock` is the world's, manual."""

    world: World
    clock: ManualClock
    home: Workspace
    alice: User
    bob: User
    crm: Install
    sales: Channel

    def client(self, token: str | None = None) -> AsyncWebClient:
        """Slack's own client, pointed at the world's address, with no retries of its own."""
        return AsyncWebClient(
            token=self.crm.token if token is None else token,
            base_url=f"{self.world.address}/api/",
            retry_handlers=[],
        )

    def events(self, kind: str | None = None) -> list[Json]:
        """The inner events so far, or those of one subscription such as message.channels."""
        return [entry["event"] for entry in self.world.journal.of("event") if kind in {None, entry["name"]}]


def set_scene() -> Scene:
    clock = ManualClock()
    world = World(clock=clock)
    home = world.workspace("home")
    alice, bob = world.user("alice", home), world.user("bob", home)
    crm = world.install(world.app("crm"), home)
    sales = world.channel("sales", alice, members=[bob, crm])
    return Scene(world, clock, home, alice, bob, crm, sales)


def failure(work: Coroutine[Any, Any, object]) -> SlackApiError:
    """The refusal a call ends with."""
    with pytest.raises(SlackApiError) as caught:
        asyncio.run(work)
    return caught.value
