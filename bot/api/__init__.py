"""REST, version 1: the same core as the chat, behind bearer tokens from the configuration."""

from fastapi import FastAPI

from bot.api import broadcasts, customers, files, messages, nudges, outgoing, page, sequences
from bot.api.access import Api
from bot.clock import Clock
from bot.config import Config
from bot.threads import Core

PREFIX = "/api/v1"


def mount(app: FastAPI, core: Core, config: Config, clock: Clock) -> None:
    """Put every route of the REST API below `/api/v1`, and its page on `/docs`."""
    page.mount(app)
    app.state.api = Api(core, config, clock)
    for part in (customers, messages, nudges, files, broadcasts, outgoing, sequences):
        app.include_router(part.router, prefix=PREFIX)
