"""企业群发 with pictures and files: uploaded once, anew when they are too old, and no customer asked for twice."""

from crm_core.outreach.tables import DeliveryState, TaskState
from tests.adapters.cupboard import PDF, PNG
from tests.adapters.wecom.tasks.campaign import DAY, Campaign
from tests.fakes.wecom.faults import Fault
from tests.fakes.wecom.media import LIFE, MEGABYTE

CREATE = "externalcontact/add_msg_template"
MP4 = b"\0\0\0\x18ftypmp42 a film"


def uploaded(campaign: Campaign) -> int:
    return len(campaign.fake.world.media)


def contents(campaign: Campaign) -> list[list[tuple[str, str]]]:
    """Of each task, the kinds and names of its attachments."""
    world = campaign.fake.world
    return [
        [(one["msgtype"], world.media[one[one["msgtype"]]["media_id"]].name) for one in made.content["attachments"]]
        for made in world.broadcasts.values()
    ]


def test_every_task_has_the_files_which_are_uploaded_once(campaign: Campaign) -> None:
    numbers = [campaign.give(*file) for file in (("poster.png", PNG), ("报价单.pdf", PDF), ("film.mp4", MP4))]
    campaign.send(files=numbers)
    campaign.go()
    expected = [("image", "poster.png"), ("file", "报价单.pdf"), ("video", "film.mp4")]
    assert contents(campaign) == [expected] * 2
    assert uploaded(campaign) == 3
    made = next(iter(campaign.fake.world.broadcasts.values()))
    assert made.content["text"] == {"content": "新品到了"}


def test_a_picture_alone_is_taken_and_one_that_is_too_large_goes_as_a_file(campaign: Campaign) -> None:
    large = PNG + b"\0" * (10 * MEGABYTE)
    campaign.send("", files=[campaign.give("poster.png", large)])
    campaign.go()
    assert contents(campaign) == [[("file", "poster.png")]] * 2


def test_a_file_of_a_few_bytes_is_told_of_before_anything_is_confirmed(campaign: Campaign) -> None:
    campaign.send("新品到了", files=[campaign.give("poster.png", PNG)])
    assert campaign.left_out(1) == {}
    preview = campaign.preview("新品到了", files=[campaign.give("a.txt", b"tiny")])
    assert preview.left_out == {"file_unfit": 3}


def test_an_id_that_is_too_old_is_fetched_anew(campaign: Campaign) -> None:
    number = campaign.give("poster.png", PNG)
    campaign.send(files=[number])
    campaign.go()
    campaign.cancel(1)
    campaign.go()
    campaign.go(3 * DAY)
    campaign.send(files=[number])
    campaign.go()
    assert uploaded(campaign) == 2
    assert campaign.states()[2:] == [TaskState.DISPATCHING] * 2


def test_an_id_that_wecom_does_not_know_any_more_is_fetched_anew(campaign: Campaign) -> None:
    number = campaign.give("poster.png", PNG)
    campaign.send(files=[number])
    campaign.go()
    campaign.cancel(1)
    campaign.go()
    for kept in list(campaign.fake.world.media.values()):
        object.__setattr__(kept, "at", kept.at - LIFE)
    campaign.send(files=[number])
    campaign.go()
    assert uploaded(campaign) == 2
    assert campaign.states()[2:] == [TaskState.DISPATCHING] * 2


def test_a_task_that_was_created_without_an_answer_is_found_by_its_words_and_files(campaign: Campaign) -> None:
    number = campaign.give("poster.png", PNG)
    campaign.fake.world.faults.add(CREATE, Fault("drop", after=True), times=2)
    broadcast_id = campaign.send("", files=[number])
    campaign.go()
    campaign.go(120)
    campaign.go(60)
    assert set(campaign.had().values()) == {1}
    assert campaign.counts(broadcast_id) == {DeliveryState.WAITING: 3}


def test_without_an_upload_nothing_is_created_and_it_is_tried_again(campaign: Campaign) -> None:
    number = campaign.give("poster.png", PNG)
    campaign.fake.world.faults.add("media/upload", Fault("drop"), times=8)
    broadcast_id = campaign.send(files=[number])
    campaign.go()
    assert campaign.fake.world.broadcasts == {}
    campaign.go(60)
    campaign.go(60)
    assert set(campaign.had().values()) == {1}
    assert campaign.counts(broadcast_id) == {DeliveryState.WAITING: 3}
