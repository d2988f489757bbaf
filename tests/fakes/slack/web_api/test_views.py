"""views.*: triggers, the stack of modals, hashes and the home."""

import asyncio
from typing import Any

from tests.fakes.slack.errors import Json
from tests.fakes.slack.scene import Scene, failure


def ask(work: Any) -> Any:
    return asyncio.run(work)


def refused(work: Any) -> str:
    return str(failure(work).response["error"])


def trigger(scene: Scene) -> str:
    return scene.world.triggers.new(scene.crm.app.id, scene.home.id, scene.alice.id)


def modal(title: str = "Log", **more: Any) -> Json:
    note = {
        "type": "input",
        "block_id": "note",
        "label": {"type": "plain_text", "text": "Note"},
        "element": {"type": "plain_text_input", "action_id": "text"},
    }
    texts = {name: {"type": "plain_text", "text": text} for name, text in (("title", title), ("submit", "Save"))}
    return {"type": "modal", "callback_id": "log", **texts, "blocks": [note], **more}


def home(text: str) -> Json:
    return {"type": "home", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}


def test_a_trigger_opens_one_modal_within_three_seconds(scene: Scene) -> None:
    client, first, late = scene.client(), trigger(scene), trigger(scene)
    view = ask(client.views_open(trigger_id=first, view=modal()))["view"]
    assert (view["callback_id"], view["state"], view["root_view_id"]) == ("log", {"values": {}}, view["id"])
    assert [shown.id for shown in scene.world.stack(scene.alice)] == [view["id"]]
    assert refused(client.views_open(trigger_id=first, view=modal())) == "exchanged_trigger_id"
    scene.clock.advance(3.1)
    assert refused(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
    assert refused(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


def test_three_modals_lie_on_each_other_and_no_fourth(scene: Scene) -> None:
    client = scene.client()
    assert refused(client.views_push(trigger_id=trigger(scene), view=modal())) == "not_found"
    ask(client.views_open(trigger_id=trigger(scene), view=modal("One")))
    ask(client.views_push(trigger_id=trigger(scene), view=modal("Two")))
    third = ask(client.views_push(trigger_id=trigger(scene), view=modal("Three")))["view"]
    stack = scene.world.stack(scene.alice)
    assert (third["previous_view_id"], third["root_view_id"]) == (stack[1].id, stack[0].id)
    assert refused(client.views_push(trigger_id=trigger(scene), view=modal("Four"))) == "push_limit_reached"


def test_an_update_keeps_what_was_typed_and_minds_the_hash(scene: Scene) -> None:
    client = scene.client()
    view = ask(client.views_open(trigger_id=trigger(scene), view=modal()))["view"]
    scene.world.views[view["id"]].values = {"note": {"text": {"value": "call back"}}, "gone": {"x": {"value": "y"}}}
    fresh = ask(client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Saved")))["view"]
    assert fresh["state"]["values"] == {"note": {"text": {"value": "call back"}}}
    assert fresh["hash"] != view["hash"]
    assert refused(client.views_update(view_id=view["id"], hash=view["hash"], view=modal())) == "hash_conflict"


def test_a_closed_view_is_not_found(scene: Scene) -> None:
    client = scene.client()
    view = ask(client.views_open(trigger_id=trigger(scene), view=modal()))["view"]
    scene.world.close_view(scene.world.views[view["id"]])
    assert refused(client.views_update(view_id=view["id"], view=modal())) == "not_found"


def test_an_external_id_names_one_view(scene: Scene) -> None:
    client = scene.client()
    ask(client.views_open(trigger_id=trigger(scene), view=modal(external_id="log-1")))
    push = client.views_push(trigger_id=trigger(scene), view=modal(external_id="log-1"))
    assert refused(push) == "duplicate_external_id"
    assert ask(client.views_update(external_id="log-1", view=modal("Saved", external_id="log-1")))["ok"]


def test_what_is_wrong_with_a_view_is_told_with_its_place(scene: Scene) -> None:
    view = modal()
    del view["submit"]
    answer = failure(scene.client().views_open(trigger_id=trigger(scene), view=view)).response
    assert answer["error"] == "invalid_arguments"
    assert "submit" in answer["response_metadata"]["messages"][0]


def test_each_person_has_a_home_of_their_own(scene: Scene) -> None:
    client = scene.client()
    first = ask(client.views_publish(user_id=scene.alice.id, view=home("Good morning, Alice")))["view"]
    ask(client.views_publish(user_id=scene.bob.id, view=home("Good morning, Bob")))
    fresh = ask(client.views_publish(user_id=scene.alice.id, hash=first["hash"], view=home("Two due")))["view"]
    assert fresh["id"] == first["id"]
    stale = client.views_publish(user_id=scene.alice.id, hash=first["hash"], view=home("Three due"))
    assert refused(stale) == "hash_conflict"
    shown = scene.world.homes[scene.crm.app.id, scene.alice.id].body["blocks"][0]["text"]["text"]
    assert shown == "Two due"


def test_opening_the_home_brings_the_view_that_is_there(scene: Scene) -> None:
    scene.world.open_home(scene.alice, scene.crm)
    assert "view" not in scene.events("app_home_opened")[-1]
    ask(scene.client().views_publish(user_id=scene.alice.id, view=home("hello")))
    scene.world.open_home(scene.alice, scene.crm)
    event = scene.events("app_home_opened")[-1]
    assert (event["tab"], event["view"]["type"]) == ("home", "home")
    assert event["channel"].startswith("D")
