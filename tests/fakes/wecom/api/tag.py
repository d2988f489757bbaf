"""externalcontact/*_corp_tag and *_strategy_tag: the library."""

from tests.fakes.wecom import tags
from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.tags import TagGroup


def listing(call: Call) -> Json:
    """All, or those asked for; groups win over tags. What was deleted is told when it is asked for by its id."""
    return _listed(call, 0)


def listing_strategy(call: Call) -> Json:
    return _listed(call, _strategy(call))


def add(call: Call) -> Json:
    return _added(call, 0)


def add_strategy(call: Call) -> Json:
    return _added(call, _strategy(call))


def edit(call: Call) -> Json:
    order = call.args.number("order", 0) if call.args.has("order") else None
    tags.edit(call.state, call.app, call.args.text("id", needed=True), call.args.text("name"), order)
    return {}


def edit_strategy(call: Call) -> Json:
    _require_contact(call)
    return edit(call)


def delete(call: Call) -> Json:
    wanted, groups = call.args.texts("tag_id"), call.args.texts("group_id")
    if not wanted and not groups:
        raise WeComError(40063, "tag_id or group_id")
    tags.delete(call.state, call.app, wanted, groups)
    return {}


def delete_strategy(call: Call) -> Json:
    _require_contact(call)
    return delete(call)


def _strategy(call: Call) -> int:
    _require_contact(call)
    return call.args.number("strategy_id", least=1)


def _require_contact(call: Call) -> None:
    if call.app.kind != "contact":
        raise WeComError(48002)


def _listed(call: Call, strategy: int) -> Json:
    wanted, wanted_groups = call.args.texts("tag_id"), call.args.texts("group_id")
    groups = [one for one in call.state.tag_groups.values() if one.strategy == strategy]
    if wanted_groups:
        shown = [group.shape() for group in groups if group.id in wanted_groups]
    elif wanted:
        picked = [(group, [tag for tag in group.tags if tag.id in wanted]) for group in groups]
        shown = [group.shape(found) for group, found in picked if found]
    else:
        shown = [group.shape() for group in tags.groups(call.state, strategy=strategy)]
    return {"tag_group": shown}


def _added(call: Call, strategy: int) -> Json:
    group = _group(call, strategy)
    given = call.args.objects("tag", needed=True)
    named = [(one.text("name", needed=True), one.number("order", 0)) for one in given]
    made = tags.add(call.state, call.app, group, named)
    return {"tag_group": group.shape(made)}


def _group(call: Call, strategy: int) -> TagGroup:
    if call.args.has("group_id"):
        group, tag = tags.find(call.state, call.args.text("group_id"))
        if tag is not None or group.strategy != strategy:
            raise WeComError(40068)
        return group
    name = call.args.text("group_name", needed=True)
    return tags.group_named(call.state, call.app, name, call.args.number("order", 0), strategy=strategy)
