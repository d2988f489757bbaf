"""What comes in the place of an answer, to a call and to the fetching of its token alike: asked again where that helps,
else told by a word, and nothing secret is in what is raised or logged."""

import asyncio
import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from adapters.wecom import wire
from adapters.wecom.errors import WeComError
from adapters.wecom.transport import Transport
from crm_core.chat import Document
from tests.adapters.wecom.calling import Notes
from tests.fakes.wecom.faults import Fault, Kind
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample

CALL = "externalcontact/get_follow_user_list"
WHERE = pytest.mark.parametrize("path", ["gettoken", CALL])

#: What is over by the next try.
PASSING: tuple[Kind, ...] = (
    *("html", "page", "empty", "cut", "slow", "drip", "drop", "hang", "garbage", "string", "busy"),
)
#: What stays → the word for it.
LASTING: dict[Kind, str] = {
    "html": "http_502",
    "page": "unreadable",
    "empty": "unreadable",
    "cut": "unreadable",
    "drop": "no_answer",
    "hang": "no_answer",
    "busy": "errcode -1",
    "frequency": "errcode 45009",
    "redirect": "http_302",
    "error": "errcode 48002",
}


@dataclass
class Scene:
    fake: Fake
    company: Sample
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def ask(self) -> Document | WeComError:
        """One call of a program that has no token yet."""
        return self.runner.run(self._ask())

    async def _ask(self) -> Document | WeComError:
        contact = self.company.contact
        transport = Transport(
            self.fake.api_url,
            self.company.world.corp_id,
            SecretStr(contact.secret),
            memory=Notes(),
            clock=self.fake.world.clock.utc_now,
            sleep=_at_once,
        )
        try:
            return await transport.get(CALL)
        except WeComError as error:
            return error
        finally:
            await transport.close()

    def order(self, path: str, fault: Fault, *, times: int | None = 1) -> None:
        self.fake.world.faults.clear()
        self.fake.world.faults.add(path, fault, times=times)


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(wire, "READ", 0.2)
    company = sample()
    company.world.tokens.hourly = 1_000
    with wecom(company.world) as fake:
        scene = Scene(fake, company)
        yield scene
        scene.runner.close()


@WHERE
def test_what_is_over_by_the_next_try_is_not_noticed(scene: Scene, path: str) -> None:
    for kind in PASSING:
        scene.order(path, Fault(kind, after=True, seconds=0.02))
        answer = scene.ask()
        assert not isinstance(answer, WeComError), kind
        assert "alice" in answer["follow_user"], kind


@WHERE
def test_what_stays_is_told_by_a_word_and_over_with_its_cause(
    scene: Scene, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for kind, word in LASTING.items():
        scene.order(path, Fault(kind, code=48002), times=None)
        error = scene.ask()
        assert isinstance(error, WeComError), kind
        assert (error.path, error.reason, error.unknown) == (path, word, False), kind
        require_bare(scene, "".join(traceback.format_exception(error)) + repr(vars(error)))
        scene.fake.world.faults.clear()
        scene.fake.advance(61)
        assert not isinstance(scene.ask(), WeComError), kind
    require_bare(scene, "".join(one.getMessage() for one in caplog.records if not one.name.startswith("uvicorn")))


def require_bare(scene: Scene, told: str) -> None:
    """No secret, no token and no address."""
    secrets = [app.secret for app in scene.company.world.apps.values()]
    for secret in (*secrets, *scene.company.world.tokens.values(), "access_token=", "corpsecret="):
        assert secret not in told
