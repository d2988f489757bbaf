"""Files in Slack: shown with their words, once, also when nobody knows what came of an earlier try."""

from dataclasses import replace

import pytest

from adapters.slack.transfers import is_of_slack
from crm_core.chat import Attachment, Card, DeliveryError, OutboundMessage, Urgency
from crm_core.desk import TooLarge
from tests.adapters.cupboard import PDF, PNG
from tests.adapters.slack.office import Office, card
from tests.fakes.slack.faults import Fault

COMPLETE = "files.completeUploadExternal"


def with_files(office: Office, text: str = "our list", key: str = "delivery:1") -> OutboundMessage:
    files = (office.shelf.put("报价单.pdf", PDF), office.shelf.put("poster.png", PNG))
    room = office.scene.sales.id
    return OutboundMessage(room, card(text), key=key, urgency=Urgency.BULK, files=files)


def refused(office: Office, message: OutboundMessage) -> DeliveryError:
    with pytest.raises(DeliveryError) as failure:
        office.send(message)
    return failure.value


def test_the_words_and_the_files_are_one_message(office: Office) -> None:
    office.send(with_files(office, "Acme & Co"))
    (post,) = office.posts(office.scene.sales)
    assert post.text == "Acme &amp; Co"
    assert [(file["name"], file["mimetype"], file["size"]) for file in post.body["files"]] == [
        ("报价单.pdf", "application/pdf", len(PDF)),
        ("poster.png", "image/png", len(PNG)),
    ]
    contents = [office.scene.world.files[file["id"]].content for file in post.body["files"]]
    assert contents == [PDF, PNG]


def test_a_picture_may_stand_alone(office: Office) -> None:
    office.send(replace(with_files(office), card=Card()))
    assert [post.text for post in office.posts(office.scene.sales)] == [""]


def test_files_come_into_a_direct_chat_too(office: Office) -> None:
    room = office.run(office.slack.direct_room(office.scene.alice.id))
    office.send(replace(with_files(office), room_id=room))
    assert len(office.posts(room)) == 1


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("arrived", [False, True])
def test_nobody_gets_it_twice_when_no_answer_came(office: Office, arrived: bool, restarted: bool) -> None:
    message = with_files(office)
    office.scene.world.faults.add(COMPLETE, Fault("drop", after=arrived))
    assert refused(office, message).unknown
    again = office.reopened() if restarted else office
    assert (again.run(again.slack.find(message.room_id, message.key)) is not None) == arrived
    if not arrived:
        wait = refused(again, message).retry_after
        assert wait
        assert 0 < wait <= 60
        office.scene.clock.advance(wait)
    again.send(message)
    again.send(message)
    assert len(office.posts(office.scene.sales)) == 1
    assert len(office.asked("files.getUploadURLExternal")) == 2


def test_after_a_restart_it_is_known_that_it_was_shown(office: Office) -> None:
    message = with_files(office)
    first = office.send(message)
    again = office.reopened()
    assert again.run(again.slack.find(message.room_id, message.key)) == first


def test_what_was_uploaded_before_a_limit_is_used(office: Office) -> None:
    office.scene.world.faults.add(COMPLETE, Fault("ratelimited", retry_after=90))
    message = with_files(office)
    wait = refused(office, message).retry_after
    assert wait
    office.scene.clock.advance(wait)
    office.send(message)
    assert len(office.posts(office.scene.sales)) == 1
    assert len(office.asked("files.getUploadURLExternal")) == 2


def test_without_the_scope_it_waits_until_somebody_gives_it(office: Office) -> None:
    office.scene.crm.scopes.discard("files:write")
    failure = refused(office, with_files(office))
    assert "files:write" in failure.reason
    assert failure.retry_after


def test_a_channel_that_is_gone_is_one_for_good(office: Office) -> None:
    message = replace(with_files(office), room_id="C0GONE")
    assert refused(office, message).permanent


def test_what_somebody_attached_is_fetched(office: Office) -> None:
    scene, room = office.scene, office.scene.sales.id
    shared = scene.world.share_file(scene.alice, scene.sales, "报价单.pdf", PDF)
    file = Attachment(shared.body["files"][0]["id"])
    assert office.run(office.slack.fetch(room, file, 1_000)) == PDF
    with pytest.raises(TooLarge):
        office.run(office.slack.fetch(room, file, 5))
    scene.crm.scopes.discard("files:read")
    with pytest.raises(DeliveryError, match="files:read"):
        office.run(office.slack.fetch(room, file, 1_000))


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.pdf", True),
        ("https://slack.com/a", True),
        ("http://127.0.0.1:8000/upload/v1/x", True),
        ("http://127.0.0.1:9000/upload/v1/x", False),
        ("http://files.slack.com/a", False),
        ("https://files.slack.com.example/a", False),
        ("https://files.slack.com:444/a", False),
        ("https://notslack.com/a", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_no_token_goes_to_another_host(url: str, trusted: bool) -> None:
    assert is_of_slack(url, "http://127.0.0.1:8000/api/") == trusted
