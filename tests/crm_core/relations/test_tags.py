"""Tags go both ways, each change once, and the last one wins."""

from sqlmodel import select

from crm_core.address_book import Label, Standing
from crm_core.people import operations
from crm_core.relations import library
from crm_core.relations.tables import TagWish
from crm_core.tags import segments, tags
from crm_core.tags.tables import CustomerTag, Tag
from tests.crm_core.relations.book import Book

VIP = Label("et-vip", "VIP", "et-g", "等级")
HOT = Label("et-hot", "热", "et-g", "等级")


def test_a_tag_set_there_arrives_and_one_taken_off_there_goes(book: Book) -> None:
    book.library(VIP, HOT)
    book.saw(tags=["et-vip", "et-hot"])
    assert book.tags() == ["VIP", "热"]
    assert {mark.cause for mark in book.session.exec(select(CustomerTag))} == {"wecom"}

    book.saw(tags=["et-hot"])
    assert book.tags() == ["热"]


def test_what_arrives_is_not_sent_back(book: Book) -> None:
    book.library(VIP)
    book.saw(tags=["et-vip"])
    book.commit()
    book.saw(tags=[])
    book.commit()
    assert book.chores() == 0


def test_a_tag_set_here_is_wanted_there_and_comes_back_as_no_change(book: Book) -> None:
    book.library(VIP)
    book.saw()
    book.tag("VIP")
    assert book.wanted() == ({"VIP"}, set())

    book.mark()
    book.saw(tags=["et-vip"])

    assert book.wanted() == (set(), set())
    assert book.tags() == ["VIP"]
    assert book.session.exec(select(TagWish)).first() is None


def test_a_tag_taken_off_here_is_taken_off_there_on_every_connection(book: Book) -> None:
    book.library(VIP)
    book.saw(tags=["et-vip"])
    book.saw(member="bob", tags=["et-vip"])
    book.untag("VIP")
    assert book.wanted("alice") == book.wanted("bob") == (set(), {"et-vip"})


def test_a_tag_that_a_colleague_still_has_there_stays(book: Book) -> None:
    book.library(VIP)
    book.saw(tags=["et-vip"])
    book.saw(member="bob", tags=["et-vip"])
    book.saw(member="bob", tags=[])
    assert book.tags() == ["VIP"]


def test_an_answer_from_before_our_mark_does_not_undo_it(book: Book) -> None:
    book.library(VIP)
    book.saw()
    book.tag("VIP")
    before = book.wait()
    book.mark()
    book.saw(tags=[], at=before)
    assert book.tags() == ["VIP"]


def test_the_last_change_wins(book: Book) -> None:
    book.library(VIP)
    book.saw(tags=["et-vip"])
    book.untag("VIP")
    book.tag("VIP")
    book.saw(tags=[])
    assert book.tags() == []
    assert book.wanted() == (set(), set())


def test_set_and_taken_off_before_anybody_was_told_is_nothing(book: Book) -> None:
    book.library(VIP)
    book.saw()
    book.tag("VIP")
    book.untag("VIP")
    assert book.wanted() == (set(), set())


def test_taking_it_back_is_told_too(book: Book) -> None:
    book.saw()
    book.commit()
    viewer, at = book.cast.admin, book.wait()
    with operations.recording(book.session, viewer=viewer, command="标签", now=at) as operation:
        tags.add(book.session, book.customer(), ["新"], viewer=viewer, now=at)
    book.commit()
    assert book.wanted() == ({"新"}, set())

    operations.undo(book.session, operation, viewer=viewer, now=book.wait())
    book.commit()

    assert book.wanted() == (set(), set())


def test_a_tag_deleted_there_goes_where_it_came_from_there(book: Book) -> None:
    book.library(VIP, HOT)
    book.saw(tags=["et-vip"])
    book.tag("热")
    book.mark()
    book.library(HOT)
    assert book.tags() == ["热"]

    library.gone(book.session, "wecom", ["et-g"], at=book.wait(), now=book.now)
    assert book.tags() == ["热"]


def test_a_tag_renamed_there_is_renamed_here(book: Book) -> None:
    book.library(VIP)
    book.saw(tags=["et-vip"])
    book.library(Label("et-vip", "大客户", "et-g", "等级"))
    assert book.tags() == ["大客户"]
    assert tags.find(book.session, "VIP") is None


def test_a_name_two_groups_share_is_one_tag_until_both_are_gone(book: Book) -> None:
    book.library(VIP, Label("et-vip2", "VIP", "et-h", "意向"))
    book.saw(tags=["et-vip", "et-vip2"])
    book.saw(tags=["et-vip2"])
    assert book.tags() == ["VIP"]
    book.saw(tags=[])
    assert book.tags() == []


def test_a_tag_of_an_unknown_id_is_asked_for(book: Book) -> None:
    assert book.saw(tags=["et-new"]) == {"et-new"}


def test_a_name_that_is_a_segment_here_is_left_alone(book: Book) -> None:
    segments.save(book.session, "VIP", "阶段:成交", viewer=book.cast.admin, now=book.now)
    book.library(VIP)
    book.saw(tags=["et-vip"])
    assert book.tags() == []


def test_what_the_staff_member_deleted_keeps_its_tags_here(book: Book) -> None:
    book.library(VIP)
    book.saw(tags=["et-vip"])
    book.parted(Standing.DELETED)
    book.commit()
    assert book.tags() == ["VIP"]
    book.untag("VIP")
    assert book.chores() == 0


def test_a_customer_who_is_met_gets_the_tags_from_here(book: Book) -> None:
    book.library(VIP)
    book.saw()
    book.parted(Standing.DELETED)
    book.tag("VIP")
    book.met()
    assert book.wanted() == ({"VIP"}, set())


def test_a_name_too_long_for_the_platform_stays_here(book: Book) -> None:
    book.saw()
    book.tag("很" * 31)
    assert book.wanted() == (set(), set())
    assert book.session.exec(select(TagWish.problem)).all() == ["name_too_long"]
    assert book.session.exec(select(Tag.name)).all() == ["很" * 31]
