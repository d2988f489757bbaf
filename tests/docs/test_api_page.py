"""The page of the REST API names every route."""

import re
from pathlib import Path

from fastapi import FastAPI

from bot import api
from bot.config import Config
from bot.threads import Core
from crm_core.database import Database
from tests.conftest import NOW


def test_every_route_is_on_the_page(sqlite_database: Database) -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    core = Core(sqlite_database)
    app = FastAPI()
    api.mount(app, core, Config(), lambda: NOW)
    core.close()
    paths = [path.removeprefix(api.PREFIX) for path in app.openapi()["paths"]]
    assert [path for path in paths if _spelling(path) not in text] == []


def _spelling(path: str) -> str:
    """As the page writes it: `{id}` for every id, and the verbs of a broadcast by their last part."""
    path = re.sub(r"{\w+}", "{id}", path)
    return f"/{path.rsplit('/', 1)[1]}" if path.endswith(("/resume", "/cancel")) else path
