"""The library of corp tags: groups, unique names, owners, and never more than 3,000."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.wecom import events
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json, WeComError

if TYPE_CHECKING:
    from tests.fakes.wecom.state import State

MOST = 3000
MOST_LETTERS = 30


@dataclass
class Tag:
    """`owner`: the agent id of the app that made it, 0 for the console and for 客户联系."""

    id: str
    name: str
    order: int
    created_at: int
    owner: int = 0
    deleted: bool = False

    def shape(self) -> Json:
        shown: Json = {"id": self.id, "name": self.name, "create_time": self.created_at, "order": self.order}
        return shown | ({"deleted": True} if self.deleted else {})


@dataclass
class TagGroup:
    """`strategy`: the id of the rule it belongs to, 0 for the corp's own."""

    id: str
    name: str
    order: int
    created_at: int
    owner: int = 0
    strategy: int = 0
    deleted: bool = False
    tags: list[Tag] = field(default_factory=list)

    @property
    def alive(self) -> list[Tag]:
        return [tag for tag in self.tags if not tag.deleted]

    def shape(self, tags: list[Tag] | None = None) -> Json:
        shown: Json = {"group_id": self.id, "group_name": self.name, "create_time": self.created_at}
        shown |= {"order": self.order, "tag": [tag.shape() for tag in (self.alive if tags is None else tags)]}
        if self.strategy:
            shown["strategy_id"] = self.strategy
        return shown | ({"deleted": True} if self.deleted else {})


def groups(state: "State", *, strategy: int = 0) -> list[TagGroup]:
    """Those that are there, by order and age."""
    alive = [group for group in state.tag_groups.values() if not group.deleted and group.strategy == strategy]
    return sorted(alive, key=lambda group: -group.order)


def add(state: "State", app: App | None, group: TagGroup, named: list[tuple[str, int]]) -> list[Tag]:
    """New tags in a group, by name and order: the same name twice is one. 40071 taken, 40072 long, 40126 too many."""
    wanted = dict(named)
    for name in wanted:
        require_name(name, [tag.name for tag in group.alive])
    if sum(len(one.alive) for one in state.tag_groups.values()) + len(wanted) > MOST:
        raise WeComError(40126)
    owner = _owner(app)
    made = [Tag(state.ids.new("et"), name, order, state.seconds, owner) for name, order in wanted.items()]
    new = not group.tags
    state.tag_groups[group.id] = group
    group.tags += made
    if new:
        _tell(state, "create", group.id, "tag_group", group)
    for tag in made:
        _tell(state, "create", tag.id, "tag", group)
    return made


def group_named(state: "State", app: App | None, name: str, order: int = 0, *, strategy: int = 0) -> TagGroup:
    """The group of this name, or a new one that is in the library with its first tag."""
    for group in groups(state, strategy=strategy):
        if group.name == name:
            return group
    require_name(name, [])
    return TagGroup(state.ids.new("et"), name, order, state.seconds, _owner(app), strategy)


def edit(state: "State", app: App | None, wanted: str, name: str, order: int | None) -> None:
    """Rename or move a tag or a group: 40068 unknown, 81011 another one's, 40071 a name that is taken."""
    group, tag = find(state, wanted)
    target = tag or group
    require_owner(app, target.owner)
    others = group.alive if tag else groups(state, strategy=group.strategy)
    if name:
        require_name(name, [one.name for one in others if one is not target])
        target.name = name
    if order is not None:
        target.order = order
    _tell(state, "update", wanted, "tag" if tag else "tag_group", group)


def delete(state: "State", app: App | None, tag_ids: list[str], group_ids: list[str]) -> None:
    """Off every customer too; a group vanishes with its last tag. 40068, 81011, and then nothing is deleted."""
    found = [find(state, wanted) for wanted in [*tag_ids, *group_ids]]
    for group, tag in found:
        require_owner(app, tag.owner if tag else group.owner)
    for group, tag in found:
        for one in [tag] if tag else list(group.alive):
            _remove(state, group, one)


def find(state: "State", wanted: str) -> tuple[TagGroup, Tag | None]:
    """A group, or a group and its tag, by id; 40068."""
    for group in state.tag_groups.values():
        if group.id == wanted and not group.deleted:
            return group, None
        for tag in group.alive:
            if tag.id == wanted:
                return group, tag
    raise WeComError(40068)


def require_name(name: str, taken: list[str]) -> None:
    if not name.strip() or name in taken:
        raise WeComError(40071)
    if len(name) > MOST_LETTERS:
        raise WeComError(40072)


def require_owner(app: App | None, owner: int) -> None:
    """A self-built app only touches what it made."""
    if app and app.kind == "app" and owner != app.agent_id:
        raise WeComError(81011)


def _owner(app: App | None) -> int:
    return app.agent_id if app and app.kind == "app" else 0


def _remove(state: "State", group: TagGroup, tag: Tag) -> None:
    tag.deleted = True
    for relation in state.relations.values():
        if tag.id in relation.tags:
            relation.tags.remove(tag.id)
    _tell(state, "delete", tag.id, "tag", group)
    if not group.alive and not group.deleted:
        group.deleted = True
        _tell(state, "delete", group.id, "tag_group", group)


def _tell(state: "State", change: str, wanted: str, kind: str, group: TagGroup) -> None:
    extra: Json = {"StrategyId": group.strategy} if group.strategy else {}
    events.tag_changed(state, change, wanted, kind, **extra)
