"""All routes of the fake's Web side."""

from starlette.routing import BaseRoute

from tests.fakes.slack.state import State
from tests.fakes.slack.web_api.door import api_routes


def web_routes(state: State) -> list[BaseRoute]:
    return [*api_routes(state)]
