"""The fake WeCom delivers to the running program through a bad network, and attacks it; people use what they get."""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot import config
from crm_core.chat import Document
from crm_core.database import Database
from crm_core.outreach import nudges
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_staff
from tests.adapters.wecom.conftest import kept
from tests.fakes.chaos import Chaos
from tests.fakes.wecom.hearing import Hearing
from tests.fakes.wecom.inbox import Message
from tests.fakes.wecom.judge import Judge
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample
from tests.running import Running, running


@pytest.fixture
def company() -> Sample:
    return sample()


@pytest.fixture
def fake(company: Sample) -> Iterator[Fake]:
    with wecom(company.world) as fake:
        yield fake


def now(fake: Fake) -> datetime:
    return fake.world.clock.utc_now()


@pytest.fixture
def met(sqlite_database: Database, fake: Fake, company: Sample) -> Iterator[Running]:
    """The program in the sample company, by the fake's clock; Alice is a member of the staff."""
    with sqlite_database.writing() as session:
        staff.add(session, "Alice", role=Role.SALES, team="East", handle=("wecom", "alice"), now=now(fake))
    section = {**company.app_called_back, "api_url": fake.api_url}
    settings = config.parse({"database": {"url": sqlite_database.url}, "wecom": section})
    with running(settings, clock=lambda: now(fake)) as program:
        yield program


@pytest.fixture
def hearing(fake: Fake, company: Sample, met: Running) -> Hearing:
    return fake.deliver_to(company.crm, f"{met.url}/wecom/callback")


def violations(fake: Fake) -> list[Document]:
    return list(fake.journal.of("violation"))


def texts(company: Sample) -> list[str]:
    return [str(one.body.get("content", "")) for one in company.world.received(company.alice)]


def remind(database: Database, fake: Fake, *words: str) -> list[int]:
    """Nudges for Alice that are due in a minute."""
    with database.writing() as session:
        alice = staff.by_name(session, "Alice")
        assert alice is not None
        viewer = of_staff(session, alice, timezone="Asia/Shanghai", language="zh")
        due = now(fake) + timedelta(minutes=1)
        made = [
            nudges.schedule(
                session,
                viewer=viewer,
                for_staff=alice,
                text=text,
                due_at=due,
                timezone="Asia/Shanghai",
                now=now(fake),
                platform="wecom",
            )
            for text in words
        ]
        return [nudge.id for nudge in made]


def deliver(fake: Fake, met: Running) -> Message:
    """What is due in a minute has come."""
    fake.advance(61)
    met.call(met.program.deliver_due())
    return fake.world.sent[-1]


def test_the_console_verifies_the_address(fake: Fake, hearing: Hearing) -> None:
    assert fake.call(hearing.verify())
    assert fake.call(hearing.post.verify("plain", showing="+/="))


def test_what_alice_asks_is_answered_with_the_request(fake: Fake, company: Sample, hearing: Hearing) -> None:
    company.world.say(company.alice, company.crm, "帮助")
    fake.settle()
    assert len(texts(company)) == 1
    assert "待办" in texts(company)[0]
    assert [entry["msgtype"] for entry in fake.journal.of("passive")] == ["text"]
    assert violations(fake) == []


def test_a_bad_network_loses_nothing_and_doubles_nothing(
    fake: Fake, company: Sample, met: Running, hearing: Hearing
) -> None:
    fake.do(lambda: hearing.unsettle(Chaos(duplicate=0.3, reorder=0.3, cut=0.15, pause=0.01, at_once=8, varied=True)))
    for number in range(25):
        company.world.say(company.alice, company.crm, f"line {number}")
    fake.settle()
    said = Counter(body["fields"]["Content"] for body in kept(met))
    assert said == Counter(f"line {number}" for number in range(25))
    assert violations(fake) == []


def test_no_forgery_gets_in(fake: Fake, met: Running, hearing: Hearing, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fake.call(hearing.forge("alice"))
    handed = {entry["name"]: (entry["expected"], entry["status"]) for entry in fake.journal.of("forgery")}
    assert {name: got for name, got in handed.items() if got[0] == "refused" and not 400 <= got[1] < 500} == {}
    assert {name: got for name, got in handed.items() if not 200 <= got[1] < 500} == {}
    assert violations(fake) == []
    assert [body for body in kept(met) if body["fields"].get("Content") == "a forged message"] == []
    require_quiet(fake, caplog)


def test_what_was_captured_and_is_handed_in_again_changes_nothing(
    fake: Fake, company: Sample, met: Running, hearing: Hearing
) -> None:
    company.world.say(company.alice, company.crm, "帮助")
    fake.settle()
    assert fake.call(hearing.replay()) == 200
    fake.advance(3 * 3600)
    assert 400 <= fake.call(hearing.replay()) < 500
    assert len(kept(met)) == 1
    assert len(texts(company)) == 1


def test_whatever_is_strange_has_its_quiet_200(
    fake: Fake, company: Sample, hearing: Hearing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    statuses = fake.call(hearing.estrange("alice"))
    assert {name: status for name, status in statuses.items() if status != 200} == {}
    company.world.say(company.alice, company.crm, "帮助")
    fake.settle()
    assert "待办" in texts(company)[-1]
    assert violations(fake) == []
    require_quiet(fake, caplog)


def require_quiet(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    """No stack trace above debug, no secret at any level, and nothing of what people wrote above debug."""
    ours = [record for record in caplog.records if not record.name.startswith("uvicorn")]
    loud = [record for record in ours if record.levelno > logging.DEBUG]
    assert [record.getMessage() for record in loud if record.exc_info or record.stack_info] == []
    judge = Judge(fake.world)
    found = judge.read_log("\n".join(record.getMessage() for record in ours))
    assert [str(one) for one in found if one.what == "secret in the log"] == []
    assert judge.read_log("\n".join(record.getMessage() for record in loud)) == []


def test_a_nudge_is_a_card_whose_button_changes_it(
    fake: Fake, company: Sample, met: Running, hearing: Hearing, sqlite_database: Database
) -> None:
    (nudge_id,) = remind(sqlite_database, fake, "给张三回电话")
    card = deliver(fake, met)
    assert card.body["sub_title_text"] == "给张三回电话"
    company.world.click(company.alice, card, card.body["button_list"][0]["key"])
    fake.settle()
    changed = card.shown_to("alice")
    assert "已完成" in str(changed)
    assert violations(fake) == []
    with sqlite_database.reading() as session:
        alice = staff.by_name(session, "Alice")
        assert alice is not None
        viewer = of_staff(session, alice, timezone="Asia/Shanghai", language="zh")
        assert nudges.get(session, nudge_id, viewer=viewer).state == "done"


def test_several_nudges_due_at_once_are_one_card(
    fake: Fake, company: Sample, met: Running, hearing: Hearing, sqlite_database: Database
) -> None:
    ids = remind(sqlite_database, fake, "一", "二", "三")
    card = deliver(fake, met)
    assert len(company.world.received(company.alice)) == 1
    keys = [button["key"] for button in card.body["button_list"]]
    assert keys == [*(f"完成 #{nudge_id}" for nudge_id in ids), "待办"]
    company.world.click(company.alice, card, keys[0])
    fake.settle()
    assert "一" in str(card.shown_to("alice")["sub_title_text"])
    assert violations(fake) == []


def test_an_entry_of_the_menu_is_answered(fake: Fake, company: Sample, hearing: Hearing) -> None:
    for key in ("todo", "find", "broadcast", "help"):
        company.world.press_menu(company.alice, company.crm, key)
        fake.advance(1)
        fake.settle()
    assert len(company.world.received(company.alice)) >= 4
    assert violations(fake) == []


def test_one_token_is_fetched_in_all_its_validity(fake: Fake, company: Sample, met: Running, hearing: Hearing) -> None:
    for number in range(5):
        company.world.say(company.alice, company.crm, f"查 {number}")
        fake.settle()
    assert len(company.world.tokens.fetches) == 1
