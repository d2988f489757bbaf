"""The pages of installing on a loopback port, before a fake Slack, and a browser that keeps its cookies."""

import asyncio
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import httpx
from fastapi import FastAPI

from adapters.health import Health
from adapters.slack.grants import Client, Grants
from adapters.slack.oauth import Consent, States, routes
from adapters.slack.register import Register
from adapters.slack.vault import Vault
from adapters.slack.workspaces import Workspaces
from bot.ports.memory import CoreMemory
from bot.threads import Core
from crm_core.database import Database
from tests.fakes.slack.people import User
from tests.fakes.slack.scene import Scene

KEY = base64.b64encode(b"k" * 32).decode()
URL = "http://127.0.0.1/"


@dataclass
class Node:
    """One of the processes that share a database. `asgi`: its pages."""

    workspaces: Workspaces
    grants: Grants
    states: States
    consent: Consent
    health: Health
    asgi: FastAPI = field(default_factory=FastAPI)

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.asgi), base_url=URL, follow_redirects=False)


@dataclass
class Company:
    """`clock` of the program is the fake's."""

    scene: Scene
    core: Core

    def now(self) -> datetime:
        return self.scene.clock.utc_now()

    def node(self, key: str = KEY) -> Node:
        memory = CoreMemory(self.core, "slack", self.now)
        app, vault, health = self.scene.crm.app, Vault(key), Health()
        api_url = f"{self.scene.world.address}/api/"
        grants = Grants(Client(api_url, app.client_id, app.client_secret), self.now)
        workspaces = Workspaces(Register(memory, vault, self.now), grants, health, self.now, _moment)
        consent = Consent(api_url, URL, app.client_id, vault.pass_for("install"))
        node = Node(workspaces, grants, States(memory, self.now), consent, health)
        node.asgi.include_router(routes(workspaces, grants, node.states, consent))
        return node


async def _moment(_: float) -> None:
    await asyncio.sleep(0.005)


@contextmanager
def company_on(scene: Scene, database: Database) -> Iterator[Company]:
    """Installs through OAuth come back to `URL`."""
    core = Core(database, threads=4)
    scene.crm.app.redirect_urls = (f"{URL}slack/oauth_redirect",)
    try:
        yield Company(scene, core)
    finally:
        core.close()


async def consent(address: str, user: User | None) -> dict[str, str]:
    """What Slack's page sends back when this person allows it; None: nobody does."""
    async with httpx.AsyncClient() as slack:
        answer = await slack.post(address, data={"user": user.id} if user else {"deny": "1"})
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def install(node: Node, user: User) -> httpx.Response:
    """From the link to the last page, in one browser."""
    async with node.browser() as browser:
        begun = await browser.get(node.consent.link)
        return await browser.get("/slack/oauth_redirect", params=await consent(begun.headers["location"], user))
