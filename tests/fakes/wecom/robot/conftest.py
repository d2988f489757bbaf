"""A robot of the sample company, with its own end of the connection in the test's hand."""

from collections.abc import Iterator

import pytest

from tests.fakes.wecom.robot.gateway import Gateway
from tests.fakes.wecom.robot.hand import Hand, connected
from tests.fakes.wecom.robot.robot import Robot
from tests.fakes.wecom.running import Fake


@pytest.fixture
def gateway(fake: Fake) -> Gateway:
    return fake.open_robot()


@pytest.fixture
def robot(gateway: Gateway) -> Robot:
    return gateway.robot


@pytest.fixture
def hand(gateway: Gateway) -> Iterator[Hand]:
    with connected(gateway) as hand:
        yield hand
