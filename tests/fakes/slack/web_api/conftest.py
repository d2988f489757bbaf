"""A scene on the fake Slack, served on a loopback port."""

from collections.abc import Iterator

import pytest

from tests.fakes.slack.scene import Scene, set_scene
from tests.fakes.slack.server import serving


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = set_scene()
    with serving(scene.world):
        yield scene
