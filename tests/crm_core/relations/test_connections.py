"""Who is connected with whom, in whatever order it is told."""

from datetime import timedelta

from sqlmodel import select

from crm_core.address_book import Connection, Person, Standing
from crm_core.customers import contacts, identities, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import ContactPoint, Customer, OtherName
from crm_core.outreach.tables import Delivery
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.relations import connections, leaving
from tests.crm_core.conftest import NOW
from tests.crm_core.relations.book import LI, ZHANG, Book


def test_a_contact_becomes_a_customer_of_whoever_is_connected_under_the_name_they_noted(book: Book) -> None:
    book.saw(remark="张三 Acme", phones=["13800138812"])

    customer = book.customer()
    assert (customer.name, customer.owner_id) == ("张三 Acme", book.cast.staff["alice"].id)
    assert [point.value for point in _points(book, customer)] == ["+8613800138812"]
    assert "开心张三" in _other_names(book, customer)


def test_seen_again_changes_nothing_and_makes_no_second_customer(book: Book) -> None:
    for _ in range(3):
        book.saw(remark="张三")
    assert len(book.session.exec(select(Customer)).all()) == 1


def test_a_customer_with_the_phone_that_was_noted_is_recognised(book: Book) -> None:
    draft = Draft("Acme 张三", phones=["13800138812"], owner="Charlie")
    known = records.create(book.session, draft, viewer=book.cast.admin, now=NOW)

    book.saw(phones=["138 0013 8812"])

    assert book.customer().id == known.id
    assert book.customer().owner_id == book.cast.staff["charlie"].id


def test_a_second_member_of_staff_is_kept_beside_the_owner(book: Book) -> None:
    book.saw(member="alice")
    book.saw(member="bob", since=NOW - timedelta(days=1))

    assert book.customer().owner_id == book.cast.staff["alice"].id
    assert {book.relation(member="bob").standing, book.relation().standing} == {Standing.ADDED}


def test_the_first_one_connected_has_the_customer_whoever_is_read_first(book: Book) -> None:
    book.saw(member="bob", since=NOW - timedelta(days=1))
    book.saw(member="alice", since=NOW - timedelta(days=30))
    assert book.customer().owner_id == book.cast.staff["alice"].id


def test_a_customer_of_somebody_unknown_waits_until_they_are_known(book: Book) -> None:
    book.saw(member="Dora")
    assert book.customer().owner_id is None

    dora = staff.add(book.session, "Dora", role=Role.SALES, now=NOW, handle=("wecom", "dora"))
    connections.settle_owners(book.session, "wecom", now=book.now)

    assert book.customer().owner_id == dora.id


def test_a_new_remark_renames_the_customer_unless_somebody_named_it_here(book: Book) -> None:
    book.saw(remark="张三")
    book.saw(remark="张三(Acme)")
    assert book.customer().name == "张三(Acme)"

    records.change(book.session, book.customer(), "name", "张总", viewer=book.cast.admin, now=book.wait())
    book.saw(remark="老张")

    assert book.customer().name == "张总"
    assert "老张" in _other_names(book, book.customer())


def test_what_was_read_before_an_event_does_not_override_it(book: Book) -> None:
    book.saw()
    before = book.wait()
    book.parted(Standing.DELETED)

    book.saw(at=before)

    assert book.relation().standing is Standing.DELETED


def test_a_customer_who_left_stays_lost_though_the_platform_still_lists_them(book: Book) -> None:
    book.saw()
    book.parted(Standing.LOST)
    book.saw()
    assert book.relation().standing is Standing.LOST

    book.met()
    assert book.relation().standing is Standing.ADDED


def test_whose_customer_left_hears_of_it_once(book: Book) -> None:
    book.saw()
    book.saw(member="bob", since=NOW - timedelta(days=1))
    at = book.wait()
    for _ in range(2):
        book.parted(Standing.LOST, member="bob", at=at)

    told = book.session.exec(select(Delivery)).all()
    assert {one.staff_id for one in told} == {book.cast.staff["alice"].id, book.cast.staff["bob"].id}
    assert len(told) == 2


def test_an_event_that_comes_late_is_of_yesterday(book: Book) -> None:
    book.saw()
    late = book.wait()
    book.met()
    book.parted(Standing.LOST, at=late)
    assert book.relation().standing is Standing.ADDED


def test_half_added_becomes_added(book: Book) -> None:
    book.met(half=True)
    assert book.relation().standing is Standing.HALF
    book.met()
    assert book.relation().standing is Standing.ADDED


def test_who_was_not_in_the_whole_list_is_not_connected_any_more(book: Book) -> None:
    book.saw(ZHANG)
    book.saw(LI)
    began = book.wait()
    book.saw(LI)

    over = connections.saw_all_of(book.session, "wecom", "alice", began_at=began, now=book.wait())

    assert over == 1
    assert book.relation(ZHANG).standing is Standing.DELETED
    assert book.relation(LI).standing is Standing.ADDED


def test_everybody_who_is_not_in_the_whole_answer_about_a_customer_is_not_connected(book: Book) -> None:
    book.saw(member="alice")
    book.saw(member="bob")
    found = [Connection("bob", NOW)]
    connections.saw_all_with(book.session, "wecom", ZHANG, found, read_at=book.wait(), now=book.now, country="CN")
    assert book.relation(member="alice").standing is Standing.DELETED
    assert book.relation(member="bob").standing is Standing.ADDED


def test_an_account_that_was_taken_from_its_customer_stays_nobodys(book: Book) -> None:
    book.saw()
    identity = identities.find(book.session, "wecom", ZHANG.platform_id)
    assert identity is not None
    identities.unlink(book.session, identity, viewer=book.cast.admin, now=book.now)

    book.saw(remark="张三")

    assert identity.customer_id is None


def test_names_that_are_none_still_make_a_customer(book: Book) -> None:
    book.saw(Person("wm-nameless-12345678", "\u200b"))
    assert book.customer(Person("wm-nameless-12345678")).name == "12345678"


def test_whoever_manages_a_leaver_hears_whose_customers_wait(book: Book) -> None:
    book.saw()
    assert leaving.left(book.session, "wecom", "ALICE", now=book.wait()) == 1
    assert leaving.left(book.session, "wecom", "alice", now=book.wait()) == 0

    assert not book.cast.staff["alice"].active
    (told,) = book.session.exec(select(Delivery)).all()
    assert told.staff_id == book.cast.staff["boss"].id
    assert told.body["count"] == 1


def _points(book: Book, customer: Customer) -> list[ContactPoint]:
    return list(contacts.of(book.session, [customer.id])[customer.id])


def _other_names(book: Book, customer: Customer) -> list[str]:
    return [one.name for one in book.session.exec(select(OtherName).where(OtherName.customer_id == customer.id))]
