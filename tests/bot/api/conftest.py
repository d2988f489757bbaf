"""The REST API over real HTTP, on both kinds of database: one server, and a database of its own for each test."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from bot import api
from bot.api.access import Api
from bot.config import parse
from bot.threads import Core
from crm_core.database import Database
from crm_core.people import staff
from crm_core.people.tables import Role
from tests.conftest import NOW

ADMIN = "an-admin-token-of-the-tests"
READER = "a-reader-token-of-the-tests"

CONFIG = parse(
    {
        "api": {
            "tokens": [
                {"name": "admin", "token": ADMIN, "role": "admin"},
                {"name": "reader", "token": READER, "role": "viewer"},
            ]
        }
    }
)


@dataclass(frozen=True)
class Served:
    app: FastAPI
    url: str


@dataclass(frozen=True)
class Rest:
    """A client with an admin's token, one with a reader's, and one with none."""

    admin: httpx.Client
    reader: httpx.Client
    nobody: httpx.Client
    database: Database

    def create(self, name: str, **values: object) -> int:
        """The id of a new customer."""
        response = self.admin.post("/customers", json={"name": name, **values})
        assert response.status_code == 201, response.text
        number: int = response.json()["id"]
        return number


@pytest.fixture(scope="package")
def served() -> Iterator[Served]:
    """The routes on a loopback port; whose database they work with is set by each test."""
    app = FastAPI()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="rest")
        thread.start()
        yield Served(app, f"http://127.0.0.1:{listener.getsockname()[1]}{api.PREFIX}")
        server.should_exit = True
        thread.join()


@pytest.fixture
def rest(served: Served, database: Database) -> Iterator[Rest]:
    """The API of a company with Alice and Bob in it, on SQLite and on PostgreSQL."""
    yield from _rest(served, database)


@pytest.fixture
def sqlite_rest(served: Served, sqlite_database: Database) -> Iterator[Rest]:
    """The same where the kind of database does not matter."""
    yield from _rest(served, sqlite_database)


def _rest(served: Served, database: Database) -> Iterator[Rest]:
    with database.writing() as session:
        staff.add(session, "Alice", role=Role.SALES, team="East", handle=("console", "alice"), now=NOW)
        staff.add(session, "Bob", role=Role.MANAGER, team="East", now=NOW)
    core = Core(database)
    if not hasattr(served.app.state, "api"):
        api.mount(served.app, core, CONFIG, lambda: NOW)
    served.app.state.api = Api(core, CONFIG, lambda: NOW)
    with _client(served, ADMIN) as admin, _client(served, READER) as reader, _client(served, "") as nobody:
        yield Rest(admin, reader, nobody, database)
    core.close()


def _client(served: Served, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=served.url, headers=headers, timeout=30)
