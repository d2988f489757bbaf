"""The sample company and a plain HTTP client for the tests of the fake itself."""

from collections.abc import Callable, Iterator

import pytest

from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.cipher import Cipher
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.reference import Receiver, listening
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample


@pytest.fixture
def company() -> Sample:
    return sample()


@pytest.fixture
def fake(company: Sample) -> Iterator[Fake]:
    with wecom(company.world) as fake:
        yield fake


@pytest.fixture
def asking(fake: Fake) -> Iterator[Callable[[App], Asking]]:
    """Who asks with the secret of an app."""
    asked: list[Asking] = []

    def ask(app: App) -> Asking:
        asked.append(Asking(fake.world, app))
        return asked[-1]

    yield ask
    for one in asked:
        one.close()


@pytest.fixture
def crm(company: Sample, asking: Callable[[App], Asking]) -> Asking:
    return asking(company.crm)


@pytest.fixture
def contact(company: Sample, asking: Callable[[App], Asking]) -> Asking:
    return asking(company.contact)


@pytest.fixture
def receiver(company: Sample) -> Iterator[Receiver]:
    """A receiver that does everything right, by the clock of the fake, with the seal of the self-built app."""
    cipher = Cipher(company.crm.token, company.crm.aes_key, company.world.corp_id)
    with listening(Receiver(cipher, company.world.clock.now)) as receiver:
        yield receiver


@pytest.fixture
def kf(company: Sample, asking: Callable[[App], Asking]) -> Asking:
    return asking(company.kf)
