"""Callbacks: sealed, tried three times, disturbed, forged."""

import threading
from dataclasses import replace

import pytest

from tests.fakes.chaos import Chaos
from tests.fakes.wecom import markup
from tests.fakes.wecom.cipher import Unsealed
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.hearing import Hearing
from tests.fakes.wecom.reference import Receiver, Refused, Said, listening
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample


@pytest.fixture
def hearing(fake: Fake, company: Sample, receiver: Receiver) -> Hearing:
    return fake.deliver_to(company.crm, receiver.url)


def deliveries(fake: Fake) -> list[tuple[int, str]]:
    return [(entry["attempt"], entry["reason"]) for entry in fake.journal.of("delivery")]


def test_what_an_employee_writes_arrives(fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing) -> None:
    told = company.world.say(company.bob, company.crm, "谁负责 ]]> Acme & Co?\n<b>")
    fake.settle()
    [heard] = receiver.heard
    assert heard == {name: str(value) for name, value in told.items()}
    assert (heard["FromUserName"], heard["Content"]) == ("Bob", "谁负责 ]]> Acme & Co?\n<b>")
    assert deliveries(fake) == [(1, "")]


def test_an_app_hears_only_what_is_its_own(fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing) -> None:
    other = company.world.app("other")
    company.world.say(company.bob, other, "hello")
    fake.settle()
    assert receiver.heard == []


def test_one_pick_is_an_element_and_several_are_a_list() -> None:
    one: Json = {"SelectedItems": {"SelectedItem": [{"QuestionKey": "q", "OptionIds": {"OptionId": ["a"]}}]}}
    two: Json = {"SelectedItems": {"SelectedItem": [{"QuestionKey": "q"}, {"QuestionKey": "r"}]}}
    inner = markup.read(markup.write(one).encode())["SelectedItems"]["SelectedItem"]
    assert inner == {"QuestionKey": "q", "OptionIds": {"OptionId": "a"}}
    assert len(markup.read(markup.write(two).encode())["SelectedItems"]["SelectedItem"]) == 2


def test_the_console_verifies_the_url(fake: Fake, hearing: Hearing, receiver: Receiver) -> None:
    assert fake.call(hearing.verify())
    assert fake.call(hearing.post.verify("plain", showing="+/="))


@pytest.mark.parametrize(
    "wrong", [lambda text: text + b"\n", lambda text: b'"' + text + b'"', lambda text: b"\xef\xbb\xbf" + text]
)
def test_an_echo_with_anything_around_it_is_none(
    fake: Fake, hearing: Hearing, receiver: Receiver, wrong: object
) -> None:
    right = receiver.show
    assert callable(wrong)
    receiver.show = lambda query: replace(right(query), body=wrong(right(query).body))  # type: ignore[method-assign]
    assert not fake.call(hearing.verify())


def test_a_receiver_that_takes_a_plus_for_a_blank_is_not_verified(
    fake: Fake, hearing: Hearing, receiver: Receiver
) -> None:
    right = receiver.show
    receiver.show = lambda query: right(  # type: ignore[method-assign]
        {**query, "echostr": query["echostr"].replace("+", " ")}
    )
    assert not fake.call(hearing.verify())


def test_what_is_answered_too_late_comes_three_times_in_all(fake: Fake, company: Sample, receiver: Receiver) -> None:
    release = threading.Event()
    fake.deliver_to(company.crm, receiver.url, patience=0.05)
    receiver.answer = lambda _: Said(wait=lambda: release.wait(10))
    company.world.say(company.alice, company.crm, "hello")
    fake.settle()
    release.set()
    assert deliveries(fake) == [(1, "timeout"), (2, "timeout"), (3, "timeout")]
    assert len({heard["MsgId"] for heard in receiver.heard}) == 1
    assert [entry["name"] for entry in fake.journal.of("lost")] == ["text"]


@pytest.mark.parametrize("status", [201, 302, 404, 500])
def test_whatever_is_not_200_comes_again(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing, status: int
) -> None:
    statuses = iter([status, 200])
    receiver.answer = lambda _: Said(next(statuses))
    company.world.say(company.alice, company.crm, "hello")
    fake.settle()
    assert deliveries(fake) == [(1, "status"), (2, "")]
    assert len(receiver.heard) == 2
    assert len(receiver.messages) == 1


def test_a_second_attempt_is_sealed_anew_unless_told_otherwise(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    receiver.answer = lambda _: Said(500)
    company.world.say(company.alice, company.crm, "hello")
    fake.settle()
    assert len({letter.query["nonce"] for letter in hearing.post.captured}) == 3
    hearing.post.again = True
    company.world.say(company.alice, company.crm, "hello")
    fake.settle()
    assert len({letter.query["nonce"] for letter in hearing.post.captured[3:]}) == 1


def test_the_pause_before_another_attempt_can_be_set(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    hearing.delivery.retries = (30, 60)
    receiver.answer = lambda _: Said(500)
    company.world.say(company.alice, company.crm, "hello")
    fake.settle()
    assert len(receiver.heard) == 1
    fake.advance(30)
    assert len(receiver.heard) == 2
    fake.advance(60)
    assert len(receiver.heard) == 3
    assert hearing.delivery.waiting == 0


def test_chaos_loses_nothing_and_doubles_and_mixes(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    fake.do(lambda: hearing.unsettle(Chaos(seed=3, duplicate=0.3, reorder=0.4, cut=0.2, at_once=3)))
    sent = [str(company.world.say(company.alice, company.crm, f"line {number}")["MsgId"]) for number in range(40)]
    fake.settle()
    order = [heard["MsgId"] for heard in receiver.heard]
    assert sorted(receiver.messages) == sent
    assert len(order) > 40
    assert list(receiver.messages) != sent


def test_events_can_be_held_and_let_go_backwards(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    hearing.delivery.holding = lambda fields: fields["MsgType"] == "event"
    company.world.press_menu(company.alice, company.crm, "one")
    company.world.press_menu(company.alice, company.crm, "two")
    company.world.say(company.alice, company.crm, "three")
    fake.settle()
    assert [heard["MsgType"] for heard in receiver.heard] == ["text"]
    fake.do(lambda: hearing.delivery.release(backwards=True))
    fake.settle()
    assert [heard.get("EventKey") for heard in receiver.heard] == [None, "two", "one"]
    assert receiver.heard[1]["CreateTime"] == receiver.heard[2]["CreateTime"]


def test_a_right_receiver_takes_no_forgery_and_survives_them_all(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    statuses = fake.call(hearing.forge("alice"))
    for entry in fake.journal.of("forgery"):
        refused = 400 <= entry["status"] < 500
        assert refused or (entry["expected"] == "survived" and entry["status"] == 200), entry
    assert len(statuses) > 45
    assert "a forged message" not in {heard.get("Content") for heard in receiver.heard}


def test_a_receiver_that_does_not_check_for_whom_takes_one(fake: Fake, company: Sample, receiver: Receiver) -> None:
    class Careless(Receiver):
        def unseal(self, query: dict[str, str], sealed: str) -> bytes:
            """For whomever."""
            self.verify(query, sealed)
            for name in ("wwanother0000000", self.cipher.receiveid):
                self.cipher.receiveid = name
                try:
                    return self.cipher.open(sealed)
                except Unsealed:
                    continue
            raise Refused

    with listening(Careless(receiver.cipher, company.world.clock.now)) as careless:
        hearing = fake.deliver_to(company.crm, careless.url)
        assert fake.call(hearing.forge("alice"))["wrong receiveid"] == 200


def test_a_replay_is_fresh_for_a_while_and_stale_later(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    company.world.say(company.alice, company.crm, "hello")
    fake.settle()
    assert fake.call(hearing.replay()) == 200
    assert len(receiver.messages) == 1
    fake.advance(7200)
    assert fake.call(hearing.replay()) == 403
    assert [entry["expected"] for entry in fake.journal.of("forgery")] == ["survived", "refused"]


def test_what_is_strange_but_genuine_gets_its_200(
    fake: Fake, company: Sample, receiver: Receiver, hearing: Hearing
) -> None:
    assert set(fake.call(hearing.estrange("alice")).values()) == {200}
    assert len(receiver.heard) == len(list(fake.journal.of("oddity")))
    kf = next(heard for heard in receiver.heard if heard.get("Event") == "kf_msg_or_event")
    assert "FromUserName" not in kf
    assert "AgentID" not in kf
