"""The judge finds each thing it is there for, and nothing in an app that does everything right."""

import threading

import pytest

from tests.fakes.wecom import truth
from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.cipher import Cipher
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.faults import Fault
from tests.fakes.wecom.hearing import Hearing
from tests.fakes.wecom.judge import Judge
from tests.fakes.wecom.person import Person
from tests.fakes.wecom.reference import Receiver, Said, listening
from tests.fakes.wecom.robot.hand import connected
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample


@pytest.fixture
def judge(fake: Fake, company: Sample) -> Judge:
    return Judge(company.world, fake.robots)


@pytest.fixture
def hearing(fake: Fake, company: Sample, receiver: Receiver) -> Hearing:
    return fake.deliver_to(company.crm, receiver.url)


@pytest.fixture
def alice(fake: Fake, company: Sample, hearing: Hearing) -> Person:
    return Person(fake, company.alice, company.crm)


def whats(judge: Judge) -> set[str]:
    return {finding.what for finding in judge.findings()}


def text(company: Sample, words: str) -> Json:
    return {"touser": "alice", "msgtype": "text", "agentid": company.crm.agent_id, "text": {"content": words}}


def test_an_app_that_does_everything_right_is_clean(
    alice: Person, judge: Judge, receiver: Receiver, hearing: Hearing, crm: Asking
) -> None:
    receiver.answer = lambda fields: (
        receiver.reply(fields, "text", Content="Alice") if fields.get("Content") == "who?" else Said()
    )
    alice.say("who?")
    alice.enter()
    alice.fake.call(hearing.forge("alice"))
    alice.fake.call(hearing.estrange("alice"))
    judge.require_clean()


def test_a_late_answer(fake: Fake, company: Sample, judge: Judge, receiver: Receiver) -> None:
    release = threading.Event()
    fake.deliver_to(company.crm, receiver.url, patience=0.05)
    receiver.answer = lambda _: Said(wait=lambda: release.wait(10))
    company.world.say(company.alice, company.crm, "hello")
    fake.settle()
    release.set()
    assert whats(judge) == {"late answer to a callback", "callback lost"}


def test_a_genuine_callback_that_is_refused(
    fake: Fake, company: Sample, judge: Judge, receiver: Receiver, hearing: Hearing
) -> None:
    receiver.answer = lambda _: Said(404)
    company.world.say(company.alice, company.crm, "hello")
    fake.settle()
    assert whats(judge) == {"refused a genuine callback", "callback lost"}
    assert Judge(company.world, excused=lambda _: True).findings() == []


def test_a_receiver_that_believes_everything(fake: Fake, company: Sample, judge: Judge, receiver: Receiver) -> None:
    class Gullible(Receiver):
        def verify(self, query: dict[str, str], sealed: str) -> None:
            """Believes everything."""

    with listening(Gullible(receiver.cipher)) as gullible:
        fake.call(fake.deliver_to(company.crm, gullible.url).forge("alice"))
    taken = {finding.detail for finding in judge.findings() if finding.what == "took a forgery"}
    assert {"bad signature: 200", "stale timestamp: 200", "no nonce: 200"} <= taken


def test_a_receiver_that_stumbles(fake: Fake, company: Sample, judge: Judge, receiver: Receiver) -> None:
    class Clumsy(Receiver):
        def receive(self, query: dict[str, str], body: bytes) -> Said:
            said = super().receive(query, body)
            return Said(500) if said.status == 403 else said

    with listening(Clumsy(receiver.cipher, company.world.clock.now)) as clumsy:
        fake.call(fake.deliver_to(company.crm, clumsy.url).forge("alice"))
    stumbled = {finding.detail for finding in judge.findings() if finding.what == "stumbled"}
    assert {"tampered cipher text: 500", "no XML: 500"} <= stumbled


def test_a_broken_passive_reply(alice: Person, judge: Judge, receiver: Receiver) -> None:
    receiver.answer = lambda fields: receiver.reply(fields, "text", Content="x" * 2049)
    alice.say("hello")
    assert whats(judge) == {"passive reply", "nothing to see"}


def test_a_message_doubled_after_its_answer_was_lost(company: Sample, judge: Judge, crm: Asking) -> None:
    company.world.faults.add("message/send", Fault("html", after=True))
    assert crm.raw("POST", "message/send", json=text(company, "call 张三")).status_code == 502
    assert crm.code("message/send", text(company, "call 张三")) == 0
    assert whats(judge) == {"the same message twice"}


def test_the_same_answer_to_two_questions_is_no_double(fake: Fake, company: Sample, judge: Judge, crm: Asking) -> None:
    for _ in range(2):
        company.world.say(company.alice, company.crm, "help")
        assert crm.code("message/send", text(company, "ask me anything")) == 0
    fake.advance(86_400)
    crm.renew()
    assert crm.code("message/send", text(company, "ask me anything")) == 0
    judge.require_clean()


def test_a_token_that_was_alive_is_fetched_again(company: Sample, judge: Judge, crm: Asking) -> None:
    crm.gettoken()
    company.world.tokens.invalidate(company.crm)
    crm.gettoken()
    judge.require_clean()
    crm.gettoken()
    assert [str(one) for one in judge.findings()] == ["fetched a token that was alive: crm, 1 times"]


def test_calls_that_make_no_sense(company: Sample, judge: Judge, crm: Asking) -> None:
    assert crm.code("message/send", text(company, "x") | {"msgtype": "hologram"}) == 40008
    assert whats(judge) == {"malformed call"}


def test_what_is_accepted_and_dropped_and_what_is_cut(company: Sample, judge: Judge, crm: Asking) -> None:
    for number in range(31):
        assert crm.code("message/send", text(company, f"line {number}")) == 0
    assert [str(one) for one in judge.findings()] == ["accepted and never delivered: alice, 1 messages"]
    assert Judge(company.world, surplus=False).findings() == []
    assert crm.code("message/send", text(company, "x" * 2049)) == 0
    assert "text cut" in whats(judge)


def broadcast(company: Sample, contact: Asking, words: str = "new year") -> str:
    body = {"sender": "alice", "external_userid": [company.zhang.external_userid], "text": {"content": words}}
    return str(contact.post("externalcontact/add_msg_template", body)["msgid"])


def test_two_tasks_of_one_broadcast(fake: Fake, company: Sample, judge: Judge, contact: Asking) -> None:
    broadcast(company, contact)
    broadcast(company, contact, "another thing")
    judge.require_clean()
    broadcast(company, contact)
    assert whats(judge) == {"two tasks of one broadcast"}


def test_who_counts_as_reached(fake: Fake, company: Sample, contact: Asking) -> None:
    msgid = broadcast(company, contact)
    counted = [(msgid, company.zhang.external_userid)]
    world = company.world
    assert [one.what for one in truth.compare_reached(world, counted)] == ["counted as reached, but was not"]
    fake.advance(10)
    world.confirm(msgid, company.alice)
    assert list(truth.compare_reached(world, counted)) == []
    assert [one.what for one in truth.compare_reached(world, counted * 2)] == ["counted as reached more than once"]
    assert [one.what for one in truth.compare_reached(world, [])] == ["reached, but not counted"]


def test_a_press_after_which_nothing_is_to_be_seen(alice: Person, judge: Judge, crm: Asking, company: Sample) -> None:
    alice.say("hello")
    assert whats(judge) == {"nothing to see"}
    assert crm.code("message/send", text(company, "hello to you")) == 0
    judge.require_clean()


def test_a_robot_that_does_not_answer_or_does_not_end(fake: Fake, company: Sample, judge: Judge) -> None:
    gateway = fake.open_robot()
    judge = Judge(company.world, fake.robots)
    with connected(gateway) as hand:
        gateway.robot.say(company.alice, "who owns Acme?")
        req_id, _ = hand.heard()
        assert whats(judge) == {"question without an answer"}
        hand.stream(req_id, "Acme")
        assert whats(judge) == {"answer left hanging"}
        hand.stream(req_id, "Acme: Alice", finish=True)
        judge.require_clean()
        push = {"chatid": "alice", "msgtype": "markdown", "markdown": {"content": "news"}}
        assert [hand.code("aibot_send_msg", push) for _ in range(2)] == [0, 0]
    assert whats(judge) == {"the same message twice"}


def rows(company: Sample) -> list[Json]:
    said = truth.said_to_apps(company.world)
    return [{"platform_message_id": one.msgid, "text": one.text} for one in said]


def test_captured_messages_are_held_against_what_was_said(company: Sample, judge: Judge) -> None:
    for words in ("one", "two"):
        company.world.say(company.alice, company.crm, words)
    first, second = rows(company)
    assert judge.compare([first, second]) == []
    assert judge.compare([first | {"platform_message_id": f"wecom:{first['platform_message_id']}"}, second]) == []
    for wrong, found in (
        ([first], "lost"),
        ([first, first, second], "doubled"),
        ([first, second | {"text": "three"}], "wrong text"),
        ([first, second, {"platform_message_id": "0", "text": ""}], "never said"),
        ([first, second | {"deleted_at": "2026"}], "deleted, though it stands"),
    ):
        assert [one.what for one in judge.compare(wrong)] == [found]


def test_what_was_written_at_kf_is_held_against_its_capture(company: Sample, judge: Judge) -> None:
    account = company.world.kf_account()
    msgid = company.world.kf_say(company.zhang, account, "hello?")
    company.world.kf_recall(account, company.zhang, msgid)
    kept: Json = {"platform_message_id": msgid, "text": "hello?"}
    assert [one.what for one in judge.compare([kept], kf=True)] == ["recall not applied"]
    assert judge.compare([kept | {"deleted_at": "2026"}], kf=True) == []


def test_contacts_are_held_against_the_company(company: Sample) -> None:
    world = company.world
    vip = world.tag("VIP")
    world.mark(company.alice, company.zhang, vip)
    world.note(company.alice, company.zhang, remark="Mr Zhang")
    kept: dict[str, Json] = {}
    for relation in world.relations.values():
        name = world.customers[relation.external_userid].name
        item = kept.setdefault(relation.external_userid, {"name": name, "followers": {}})
        item["followers"][relation.userid] = {"remark": relation.remark, "tags": ["VIP"] if relation.tags else []}

    def found() -> list[str]:
        items = [{"external_userid": one, **item} for one, item in kept.items()]
        return [finding.what for finding in truth.compare_contacts(world, items)]

    assert found() == []
    zhang = kept[company.zhang.external_userid]
    zhang["followers"]["alice"] = {"remark": "?", "tags": []}
    assert found() == ["wrong remark", "wrong tags"]
    zhang["followers"] = {"Bob": {}}
    zhang["name"] = "Lee"
    assert found() == ["wrong name", "follower who is none", "follower lost"]
    world.drop_customer(company.alice, company.zhang)
    del kept[company.zhang.external_userid]
    world.drop_staff(company.acme, company.charlie)
    assert found() == []
    del kept[company.acme.external_userid]
    assert found() == ["customer lost"]


def test_tags_are_held_against_the_company(company: Sample) -> None:
    company.world.tag("VIP", "level")
    kept = [{"group": "level", "name": "VIP"}]
    assert list(truth.compare_tags(company.world, kept)) == []
    assert [one.what for one in truth.compare_tags(company.world, [])] == ["tag lost"]
    assert [one.what for one in truth.compare_tags(company.world, kept * 2)] == ["tag that is not there"]


def test_secrets_and_words_in_a_log(fake: Fake, company: Sample, judge: Judge, crm: Asking) -> None:
    company.world.say(company.alice, company.crm, "Acme wants a discount")
    crm.gettoken()
    robot = fake.open_robot().robot
    robot.say(company.alice, "hello")
    judge = Judge(company.world, fake.robots)
    assert judge.read_log("POST /wecom/callback 200 alice") == []
    alive = company.world.tokens.alive(company.crm)
    assert alive
    log = " ".join([company.crm.secret, alive.value, robot.secret, *robot.later, "Acme wants a discount"])
    assert {one.detail.split(" ")[0] for one in judge.read_log(log)} == {"secret", "access", "response_url", "message"}
    assert len(judge.read_log(log)) == 5


def test_an_app_with_another_key_hears_nothing(fake: Fake, company: Sample, judge: Judge) -> None:
    other = Cipher(company.crm.token, "k" * 42 + "A", company.world.corp_id)
    with listening(Receiver(other, company.world.clock.now)) as receiver:
        fake.deliver_to(company.crm, receiver.url)
        company.world.say(company.alice, company.crm, "hello")
        fake.settle()
    assert receiver.heard == []
    assert "refused a genuine callback" in whats(judge)
