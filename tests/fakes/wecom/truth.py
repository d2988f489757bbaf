"""What really is in the company, and how what was captured of it compares."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.finding import Finding
from tests.fakes.wecom.broadcasts import Status
from tests.fakes.wecom.customers import Relation
from tests.fakes.wecom.kf import CUSTOMER, SERVICER
from tests.fakes.wecom.world import World

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Utterance:
    """`text`: None where it does not matter how it is kept."""

    msgid: str
    text: str | None = None
    recalled: bool = False


def said_to_apps(world: World) -> list[Utterance]:
    """What employees wrote to the self-built apps."""
    found = []
    for entry in world.journal.of("event"):
        fields = entry["fields"]
        if "MsgId" in fields:
            words = str(fields["Content"]) if fields["MsgType"] == "text" else None
            found.append(Utterance(str(fields["MsgId"]), words))
    return found


def said_at_kf(world: World) -> list[Utterance]:
    """What customers and servicers wrote at 微信客服."""
    found = []
    for account in world.kf.accounts.values():
        recalled = {str(row.fields.get("event", {}).get("recall_msgid", "")) for row in account.rows}
        for row in account.rows:
            if row.fields.get("origin") in {CUSTOMER, SERVICER}:
                msgid, text = str(row.fields["msgid"]), row.fields.get("text")
                found.append(Utterance(msgid, text["content"] if text else None, msgid in recalled))
    return found


def compare_messages(said: Iterable[Utterance], items: Iterable[Item]) -> Iterator[Finding]:
    """What is wrong with captured messages, in the shape of `GET /api/v1/messages`: every row once, no more, no less.

    A `platform_message_id` may have words before the platform's own id, with a colon between.
    """
    known = {one.msgid: one for one in said}
    kept: dict[str, Item] = {}
    times: Counter[str] = Counter()
    for item in items:
        msgid = _own_id(known, str(item["platform_message_id"]))
        kept[msgid] = item
        times[msgid] += 1
    for msgid, one in known.items():
        if msgid not in kept:
            yield Finding("lost", msgid)
        elif times[msgid] > 1:
            yield Finding("doubled", f"{msgid}, {times[msgid]} times")
        else:
            yield from _differences(one, kept[msgid])
    for msgid in kept.keys() - known.keys():
        yield Finding("never said", msgid)


def compare_contacts(world: World, items: Iterable[Item]) -> Iterator[Finding]:
    """What is wrong with the customers that were captured.

    An item: external_userid, name, and `followers`: by userid remark and tags (names), as far as they are kept.
    Relations that the employee ended are no more; those the customer ended are still there.
    """
    listed = list(items)
    kept = {str(item["external_userid"]): item for item in listed}
    if len(kept) < len(listed):
        yield Finding("doubled", "a customer")
    related: dict[str, dict[str, Relation]] = {}
    for relation in world.relations.values():
        if relation.usable:
            related.setdefault(relation.external_userid, {})[relation.userid] = relation
    for external_userid, relations in related.items():
        if external_userid not in kept:
            yield Finding("customer lost", external_userid)
        else:
            yield from _contact_differences(world, kept[external_userid], relations)


def compare_tags(world: World, items: Iterable[Item]) -> Iterator[Finding]:
    """What is wrong with the tags of the company that were captured. An item: group and name."""
    known = Counter((group.name, tag.name) for group in world.tag_groups.values() for tag in group.tags)
    kept = Counter((str(item["group"]), str(item["name"])) for item in items)
    for one in (known - kept).elements():
        yield Finding("tag lost", "/".join(one))
    for one in (kept - known).elements():
        yield Finding("tag that is not there", "/".join(one))


def compare_reached(world: World, counted: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """`counted`: the msgid of a broadcast and the customer or group who counts as reached by it."""
    told = Counter(counted)
    sent = {
        (broadcast.msgid, target.to)
        for broadcast in world.broadcasts.values()
        for share in broadcast.shares.values()
        for target in share.targets
        if target.status is Status.SENT and not broadcast.creator
    }
    for one in told:
        if one not in sent:
            yield Finding("counted as reached, but was not", " ".join(one))
        elif told[one] > 1:
            yield Finding("counted as reached more than once", " ".join(one))
    for one in sorted(sent - set(told)):
        yield Finding("reached, but not counted", " ".join(one))


def _own_id(known: Mapping[str, Utterance], named: str) -> str:
    return named if named in known else named.rpartition(":")[2]


def _differences(one: Utterance, item: Item) -> Iterator[Finding]:
    if one.recalled:
        if not item.get("deleted_at"):
            yield Finding("recall not applied", one.msgid)
    elif item.get("deleted_at"):
        yield Finding("deleted, though it stands", one.msgid)
    elif one.text is not None and " ".join(str(item.get("text") or "").split()) != " ".join(one.text.split()):
        yield Finding("wrong text", one.msgid)


def _contact_differences(world: World, item: Item, relations: Mapping[str, Relation]) -> Iterator[Finding]:
    who = str(item["external_userid"])
    if item.get("name", world.customers[who].name) != world.customers[who].name:
        yield Finding("wrong name", who)
    followers: Mapping[str, Item] = item["followers"]
    for userid in sorted(set(relations) ^ set(followers)):
        yield Finding("follower lost" if userid in relations else "follower who is none", f"{who} {userid}")
    names = {tag.id: tag.name for group in world.tag_groups.values() for tag in group.tags}
    for userid in sorted(set(relations) & set(followers)):
        relation, kept = relations[userid], followers[userid]
        if kept.get("remark", relation.remark) != relation.remark:
            yield Finding("wrong remark", f"{who} {userid}")
        tags = sorted(names[one] for one in relation.tags if one in names)
        if sorted(kept.get("tags", tags)) != tags:
            yield Finding("wrong tags", f"{who} {userid}")
