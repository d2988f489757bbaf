"""A receiver and the sample company for the tests of the fake itself."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from tests.fakes.slack.person import Person
from tests.fakes.slack.reference import Receiver, listening
from tests.fakes.slack.running import Fake, slack
from tests.fakes.slack.sample import Sample, sample


@pytest.fixture
def company() -> Sample:
    return sample()


@pytest.fixture
def fake(company: Sample) -> Iterator[Fake]:
    with slack(company.world) as fake:
        yield fake


@pytest.fixture
def receiver(company: Sample) -> Iterator[Receiver]:
    """A receiver that does everything right, by the clock of the fake."""
    with listening(Receiver(company.app.signing_secret, company.world.clock.now)) as receiver:
        yield receiver


@pytest.fixture
def web(fake: Fake, company: Sample) -> WebClient:
    return WebClient(token=company.crm.token, base_url=fake.api_url)


@pytest.fixture
def alice(fake: Fake, company: Sample, receiver: Receiver) -> Person:
    fake.deliver_to(company.app, receiver.url, patience=1.0)
    return Person(fake, company.alice)


@pytest.fixture
def erin(fake: Fake, company: Sample, alice: Person) -> Person:
    return Person(fake, company.erin)
