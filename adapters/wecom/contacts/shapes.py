"""What 客户联系 answers → values of the port. Fields may be missing, unknown ones come; numbers may be texts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from crm_core.address_book import Connection, CustomerGroup, Label, Person, Seat, Waiting
from crm_core.chat import Document

_EPOCH = datetime.fromtimestamp(0, UTC)
_OUTSIDER = 2


def person_of(shape: Mapping[str, Any]) -> Person | None:
    """An `external_contact`; None without an id."""
    contact = _text(shape, "external_userid")
    if not contact:
        return None
    company = _text(shape, "corp_full_name") or _text(shape, "corp_name")
    return Person(contact, _text(shape, "name"), company, _text(shape, "position"))


def person_in(answer: Mapping[str, Any]) -> Person | None:
    """Whom a page of `externalcontact/get` is about, where it says so."""
    return person_of(_object(answer, "external_contact"))


def connection_of(shape: Mapping[str, Any], userid: str = "") -> Connection | None:
    """A `follow_user` (with `tags`) or a `follow_info` (with `tag_id`); None without an id. Tags of one's own, which
    have no id, are left out."""
    member = _text(shape, "userid") or userid
    if not member:
        return None
    tags = [_text(tag, "tag_id") for tag in _objects(shape, "tags")] + list(_texts(shape, "tag_id"))
    return Connection(
        member,
        moment(shape.get("createtime")),
        remark=_text(shape, "remark"),
        description=_text(shape, "description"),
        company=_text(shape, "remark_corp_name"),
        phones=tuple(_texts(shape, "remark_mobiles")),
        how=_number(shape.get("add_way")),
        state=_text(shape, "state"),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
    )


def seen_in(page: Mapping[str, Any]) -> list[tuple[Person, Connection]]:
    """A page of `batch/get_by_user`."""
    found = []
    for one in _objects(page, "external_contact_list"):
        person = person_of(_object(one, "external_contact"))
        connection = connection_of(_object(one, "follow_info"))
        if person is not None and connection is not None:
            found.append((person, connection))
    return found


def labels_in(answer: Mapping[str, Any]) -> tuple[list[Label], list[str]]:
    """The tags of `get_corp_tag_list`, and the ids of those that are not there any more."""
    labels, gone = [], []
    for group in _objects(answer, "tag_group"):
        for tag in _objects(group, "tag"):
            if tag.get("deleted") or group.get("deleted"):
                gone.append(_text(tag, "id"))
            elif _text(tag, "id") and _text(tag, "name"):
                labels.append(label_of(tag, group))
    return labels, gone


def label_of(tag: Mapping[str, Any], group: Mapping[str, Any]) -> Label:
    return Label(_text(tag, "id"), _text(tag, "name"), _text(group, "group_id"), _text(group, "group_name"))


def group_of(shape: Mapping[str, Any]) -> CustomerGroup | None:
    """A `group_chat`; None without an id."""
    room = _text(shape, "chat_id")
    if not room:
        return None
    seats = [seat for one in _objects(shape, "member_list") if (seat := _seat(one)) is not None]
    return CustomerGroup(
        room,
        _text(shape, "name"),
        _text(shape, "owner"),
        moment(shape.get("create_time")),
        _text(shape, "notice"),
        tuple(seats),
    )


def waiting_in(answer: Mapping[str, Any]) -> list[Waiting]:
    """The `info` of customers whose member of staff left."""
    return [
        Waiting(_text(one, "handover_userid"), _text(one, "external_userid"), moment(one.get("dimission_time")))
        for one in _objects(answer, "info")
        if _text(one, "handover_userid") and _text(one, "external_userid")
    ]


def moment(seconds: Any) -> datetime:
    """Seconds since 1970, as a number or a text; what is neither was long ago."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return _EPOCH


def texts_in(answer: Mapping[str, Any], name: str) -> list[str]:
    return list(_texts(answer, name))


def objects_in(answer: Mapping[str, Any], name: str) -> list[Document]:
    return list(_objects(answer, name))


def unlicensed_in(answer: Mapping[str, Any]) -> list[str]:
    """Members whose customers were left out."""
    return list(_texts(_object(answer, "fail_info"), "unlicensed_userid_list"))


def _seat(shape: Mapping[str, Any]) -> Seat | None:
    who = _text(shape, "userid")
    if not who:
        return None
    name = _text(shape, "group_nickname") or _text(shape, "name")
    return Seat(who, moment(shape.get("join_time")), shape.get("type") == _OUTSIDER, name)


def _text(shape: Mapping[str, Any], name: str) -> str:
    value = shape.get(name)
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _object(shape: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = shape.get(name)
    return value if isinstance(value, dict) else {}


def _objects(shape: Mapping[str, Any], name: str) -> Iterator[Document]:
    value = shape.get(name)
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _texts(shape: Mapping[str, Any], name: str) -> Sequence[str]:
    value = shape.get(name)
    return [one for one in value if isinstance(one, str) and one] if isinstance(value, list) else []
