"""Messages over REST."""

from datetime import timedelta
from itertools import count

import pytest

from crm_core.chat import Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import messages
from tests.bot.api.conftest import Rest
from tests.conftest import NOW

_NUMBERS = count(1)


def test_messages_are_listed_newest_first_with_all_their_versions(rest: Rest) -> None:
    _say(rest, "m1", "报价多少")
    _say(rest, "m2", "十万左右")
    _say(rest, "m1", "报价是多少", Happening.EDITED)
    items = rest.admin.get("/messages").json()["items"]
    assert [item["platform_message_id"] for item in items] == ["m2", "m1"]
    assert (items[1]["text"], items[1]["conversation"], items[1]["sender"]) == ("报价是多少", "group:acme", "zhangsan")
    assert [version["text"] for version in items[1]["versions"]] == ["报价多少", "报价是多少"]
    assert items[1]["edited_at"] is not None


def test_messages_are_searched_and_narrowed(rest: Rest) -> None:
    _say(rest, "m1", "报价多少")
    _say(rest, "m2", "价格可以")
    _say(rest, "m3", "报价收到", room="group:other")
    assert _ids(rest, q="报价") == ["m3", "m1"]
    assert _ids(rest, q="报价", conversation="group:acme") == ["m1"]
    assert _ids(rest, conversation="group:other") == ["m3"]
    assert _ids(rest, platform="slack") == []
    assert _ids(rest, conversation="group:nowhere") == []


def test_the_words_of_a_deleted_message_are_for_administrators(rest: Rest) -> None:
    _say(rest, "m1", "机密")
    _say(rest, "m1", "", Happening.DELETED)
    (item,) = rest.admin.get("/messages").json()["items"]
    assert (item["text"], item["deleted_at"] is not None) == ("", True)
    assert "机密" in [version["text"] for version in item["versions"]]
    assert "机密" not in rest.reader.get("/messages").text


def test_messages_carry_the_marks_that_stand_on_them(rest: Rest) -> None:
    _say(rest, "m1", "报价收到")
    _say(rest, "m1", "thumbsup", Happening.MARKED)
    _say(rest, "m1", "eyes", Happening.MARKED)
    _say(rest, "m1", "eyes", Happening.UNMARKED)
    (item,) = rest.admin.get("/messages").json()["items"]
    (mark,) = item["marks"]
    assert (mark["name"], mark["by"]) == ("thumbsup", "zhangsan")


def test_messages_come_by_the_page(rest: Rest) -> None:
    for number in range(5):
        _say(rest, f"m{number}", "hello")
    first = rest.admin.get("/messages", params={"limit": 3}).json()
    second = rest.admin.get("/messages", params={"limit": 3, "cursor": first["next"]}).json()
    assert [one["platform_message_id"] for one in first["items"] + second["items"]] == ["m4", "m3", "m2", "m1", "m0"]
    assert second["next"] is None


@pytest.mark.parametrize("query", ["%_", "]]>", '"', "a*", "NEAR(", "\u202e"])
def test_a_strange_search_breaks_nothing(rest: Rest, query: str) -> None:
    _say(rest, "m1", "hello")
    assert rest.admin.get("/messages", params={"q": query}).status_code in {200, 422}


def _ids(rest: Rest, **params: str) -> list[str]:
    return [item["platform_message_id"] for item in rest.admin.get("/messages", params=params).json()["items"]]


def _say(rest: Rest, key: str, text: str, happening: Happening = Happening.POSTED, *, room: str = "group:acme") -> None:
    number = next(_NUMBERS)
    message = InboundMessage(
        platform="console",
        event_id=f"e{number}",
        happening=happening,
        room=Room(room, RoomKind.GROUP, "Acme"),
        sender=Sender("zhangsan", "张三", SenderKind.EXTERNAL),
        platform_message_id=key,
        text=text,
        sent_at=NOW + timedelta(seconds=number),
    )
    with rest.database.writing() as session:
        messages.record(session, message, now=message.sent_at)
