"""The rooms of the console platform."""

from concurrent.futures import ThreadPoolExecutor

from sqlmodel import Session

from crm_core.conversations import board
from crm_core.conversations.tables import BoardPost
from crm_core.database import Database
from tests.conftest import NOW


def post(session: Session, text: str, *, room_id: str = "group:team", only_for: str = "", key: str = "") -> BoardPost:
    card = {"text": text}
    return board.append(session, room_id=room_id, author_id="bot", card=card, now=NOW, only_for=only_for, key=key)


def texts(posts: list[BoardPost]) -> list[str]:
    return [post.card["text"] for post in posts]


def test_posts_after_one_are_read_in_order(session: Session) -> None:
    first = post(session, "one")
    post(session, "two")
    post(session, "three")
    post(session, "elsewhere", room_id="direct:alice")
    assert texts(board.after(session, "group:team", first.id, "alice", 10)) == ["two", "three"]
    assert texts(board.after(session, "group:team", 0, "alice", 1)) == ["one"]


def test_a_post_for_one_reader_is_seen_by_that_reader_alone(session: Session) -> None:
    post(session, "for all")
    post(session, "for Alice", only_for="alice")
    assert texts(board.after(session, "group:team", 0, "alice", 10)) == ["for all", "for Alice"]
    assert texts(board.after(session, "group:team", 0, "charlie", 10)) == ["for all"]


def test_the_same_key_gives_the_earlier_post(session: Session) -> None:
    first = post(session, "one", key="nudge:1")
    again = post(session, "two", key="nudge:1")
    other = post(session, "three", key="nudge:1", room_id="direct:alice")
    assert again.id == first.id
    assert other.id != first.id
    assert texts(board.after(session, "group:team", 0, "alice", 10)) == ["one"]


def test_posts_without_a_key_are_all_kept(session: Session) -> None:
    assert post(session, "one").id != post(session, "one").id


def test_two_writers_of_one_key_put_up_one_post(database: Database) -> None:
    def write(number: int) -> int:
        with database.writing() as session:
            return post(session, str(number), key="same").id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(write, range(12)))) == 1
