"""Whatever 客户联系 answers is read without a stumble: what makes no sense is left out."""

from collections.abc import Callable
from typing import Any

import pytest

from adapters.wecom.contacts import shapes

JUNK: tuple[Any, ...] = (
    *(None, "", "x", "1e9", "9" * 30, -1, 1.5, float("nan"), float("inf"), True, [], [None], [[]], ["x"], {}),
    {"a": None},
    [{"id": 5, "tag": [{"id": [], "name": {}}]}],
)
#: Reads an answer of which one field is junk.
READERS: dict[str, tuple[Callable[[dict[str, Any]], object], dict[str, Any]]] = {
    "person": (shapes.person_in, {"external_contact": {"external_userid": "wm1", "name": "张三", "corp_name": "Acme"}}),
    "connection": (
        shapes.connection_of,
        {"userid": "alice", "createtime": 1, "tags": [{"tag_id": "t1"}], "tag_id": ["t2"], "remark_mobiles": ["1"],
         "add_way": 1, "state": "s", "remark": "r"},
    ),
    "page": (
        shapes.seen_in,
        {"external_contact_list": [{"external_contact": {"external_userid": "wm1"}, "follow_info": {"userid": "a"}}]},
    ),
    "labels": (
        shapes.labels_in,
        {"tag_group": [{"group_id": "g", "group_name": "等级", "tag": [{"id": "t", "name": "VIP", "deleted": False}]}]},
    ),
    "group": (
        shapes.group_of,
        {"chat_id": "wr1", "name": "n", "owner": "alice", "create_time": 1, "notice": "",
         "member_list": [{"userid": "alice", "type": 1, "join_time": 1}]},
    ),
    "unlicensed": (shapes.unlicensed_in, {"fail_info": {"unlicensed_userid_list": ["alice"]}}),
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_junk_in_the_place_of_any_field_is_left_out(name: str) -> None:
    read, whole = READERS[name]
    assert read(whole)
    for spoilt in _spoilt(whole):
        read(spoilt)


def _spoilt(value: Any) -> list[Any]:
    """The same with junk in one place, for each place and each junk."""
    if isinstance(value, dict):
        return [{**value, name: one} for name, inner in value.items() for one in (*JUNK, *_spoilt(inner))]
    if isinstance(value, list):
        return [[one] for inner in value for one in (*JUNK, *_spoilt(inner))]
    return []
