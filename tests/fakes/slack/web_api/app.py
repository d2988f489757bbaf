"""All routes of the fake's Web side."""

from starlette.routing import BaseRoute

from tests.fakes.slack.state import State
from tests.fakes.slack.web_api.consent import consent_routes
from tests.fakes.slack.web_api.door import api_routes
from tests.fakes.slack.web_api.files import file_routes
from tests.fakes.slack.web_api.hooks import hook_routes


def web_routes(state: State) -> list[BaseRoute]:
    return [*api_routes(state), *file_routes(state), *hook_routes(state), *consent_routes(state)]
