"""Slack Connect as the fake plays it: two workspaces, one channel, and what either may know of the other."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.fakes.slack.channels import Channel
from tests.fakes.slack.events import EventContext
from tests.fakes.slack.people import User, Workspace
from tests.fakes.slack.scene import Scene, failure, set_scene
from tests.fakes.slack.server import serving


@dataclass(frozen=True)
class Shared:
    """`client` of Acme sits with Alice in `channel`, which Alice's workspace hosts."""

    scene: Scene
    acme: Workspace
    wang: User
    channel: Channel


@pytest.fixture
def shared() -> Iterator[Shared]:
    scene = set_scene()
    with serving(scene.world):
        acme = scene.world.workspace("acme")
        wang = scene.world.user("wang", acme, real_name="王五")
        channel = scene.world.channel("acme-ext", scene.alice, members=[scene.crm])
        scene.world.connect(channel, acme, name="from-home", private=True)
        scene.world.join(wang, channel)
        yield Shared(scene, acme, wang, channel)


def test_a_foreign_message_says_where_its_author_is_at_home(shared: Shared) -> None:
    shared.scene.world.say(shared.wang, shared.channel, "报价单")
    event = shared.scene.events("message.channels")[-1]
    assert event["user_team"] == event["source_team"] == shared.acme.id
    assert event["user_profile"]["real_name"] == "王五"
    own = shared.scene.world.say(shared.scene.alice, shared.channel, "hello")
    assert "user_profile" not in shared.scene.events("message.channels")[-1]
    assert own.team == shared.scene.home.id


def test_one_app_on_both_sides_hears_a_message_once(shared: Shared) -> None:
    scene = shared.scene
    other = scene.world.install(scene.crm.app, shared.acme)
    scene.world.join(other, shared.channel)
    contexts: list[EventContext] = []
    scene.world.hooks.append(lambda _, context: contexts.append(context))
    scene.world.say(shared.wang, shared.channel, "hello")
    [context] = contexts
    assert context.is_ext_shared_channel
    assert [install.team_id for install in context.authorizations] == [shared.acme.id, scene.home.id]
    answer = asyncio.run(
        scene.client(scene.crm.app.app_token).apps_event_authorizations_list(event_context=context.event_context)
    )
    assert len(answer["authorizations"]) == 2


def test_info_tells_who_is_connected_and_the_list_does_not(shared: Shared) -> None:
    client = shared.scene.client()
    info = asyncio.run(client.conversations_info(channel=shared.channel.id))["channel"]
    assert (info["is_ext_shared"], info["connected_team_ids"]) == (True, [shared.acme.id])
    assert info["conversation_host_id"] == shared.scene.home.id
    [listed] = [one for one in asyncio.run(client.conversations_list())["channels"] if one["id"] == shared.channel.id]
    assert listed["is_ext_shared"]
    assert "connected_team_ids" not in listed


def test_workspaces_of_one_organisation_do_not_make_a_channel_external(shared: Shared) -> None:
    world = shared.scene.world
    one, two = world.workspace("east", enterprise="E1"), world.workspace("west", enterprise="E1")
    channel = world.channel("all", world.user("li", one, real_name="李四"))
    world.connect(channel, two)
    install = world.install(shared.scene.crm.app, one)
    world.join(install, channel)
    info = asyncio.run(shared.scene.client(install.token).conversations_info(channel=channel.id))["channel"]
    assert (info["is_shared"], info["is_ext_shared"], info["is_org_shared"]) == (True, False, True)


def test_each_side_has_its_own_name_and_privacy(shared: Shared) -> None:
    scene = shared.scene
    install = scene.world.install(scene.crm.app, shared.acme)
    scene.world.join(install, shared.channel)
    ours = asyncio.run(scene.client().conversations_info(channel=shared.channel.id))["channel"]
    theirs = asyncio.run(scene.client(install.token).conversations_info(channel=shared.channel.id))["channel"]
    assert (ours["name"], ours["is_private"]) == ("acme-ext", False)
    assert (theirs["name"], theirs["is_private"]) == ("from-home", True)


def test_a_foreign_person_is_known_but_not_listed_and_has_no_address(shared: Shared) -> None:
    client = shared.scene.client()
    found = asyncio.run(client.users_info(user=shared.wang.id))["user"]
    assert (found["team_id"], found["is_stranger"]) == (shared.acme.id, False)
    assert "email" not in found["profile"]
    listed = asyncio.run(client.users_list())["members"]
    assert shared.wang.id not in [one["id"] for one in listed]
    assert shared.wang.id in asyncio.run(client.conversations_members(channel=shared.channel.id))["members"]
    refused = failure(client.users_lookupByEmail(email=shared.wang.email))
    assert refused.response["error"] == "users_not_found"


def test_the_address_is_there_where_the_other_side_allows_it(shared: Shared) -> None:
    shared.acme.shows_email = True
    found = asyncio.run(shared.scene.client().users_info(user=shared.wang.id))["user"]
    assert found["profile"]["email"] == shared.wang.email


def test_a_person_never_met_is_not_found_and_cannot_be_written_to(shared: Shared) -> None:
    unknown = shared.scene.world.user("zhang", shared.acme, real_name="张三")
    client = shared.scene.client()
    assert failure(client.users_info(user=unknown.id)).response["error"] == "user_not_found"
    refused = failure(client.conversations_open(users=[unknown.id]))
    assert refused.response["error"] == "invalid_user_combination"
    assert asyncio.run(client.conversations_open(users=[shared.wang.id]))["channel"]["id"].startswith("D")


def test_files_come_as_stubs_that_files_info_fills_in(shared: Shared) -> None:
    scene = shared.scene
    said = scene.world.share_file(shared.wang, shared.channel, "po.pdf", b"%PDF-1.7", words="signed PO")
    [stub] = scene.events("message.channels")[-1]["files"]
    assert stub["file_access"] == "check_file_info"
    assert "url_private_download" not in stub
    full = asyncio.run(scene.client().files_info(file=stub["id"]))["file"]
    assert (full["name"], full["size"]) == ("po.pdf", 8)
    scene.world.edit(said, shared.channel, "signed PO, at last")
    assert scene.events("message.channels")[-1]["message"]["files"] == [stub]


def test_a_foreigners_link_is_not_told(shared: Shared) -> None:
    shared.scene.crm.app.unfurl_domains = ("crm.example.com",)
    shared.scene.world.say(shared.wang, shared.channel, "https://crm.example.com/c/42")
    assert not shared.scene.events("link_shared")


def test_after_the_cut_the_host_keeps_its_id_and_the_other_side_has_a_new_one(shared: Shared) -> None:
    scene = shared.scene
    install = scene.world.install(scene.crm.app, shared.acme)
    scene.world.join(install, shared.channel)
    frozen = scene.world.disconnect(shared.channel, shared.acme)
    theirs = scene.client(install.token)
    assert failure(theirs.conversations_info(channel=shared.channel.id)).response["error"] == "channel_not_found"
    kept = asyncio.run(theirs.conversations_info(channel=frozen.id))["channel"]
    assert kept["frozen_reason"] == "connection_severed"
    assert failure(theirs.chat_postMessage(channel=frozen.id, text="hello")).response["error"] == "is_inactive"
    assert asyncio.run(scene.client().conversations_info(channel=shared.channel.id))["ok"]
    assert scene.events("channel_unshared")


def test_sharing_turns_an_old_private_id_into_a_new_one_even_when_nobody_accepts(shared: Shared) -> None:
    scene = shared.scene
    channel = scene.world.channel("old", scene.alice, private=True, members=[scene.crm], old_id=True)
    old_id = channel.id
    assert old_id.startswith("G")
    scene.world.invite_team(channel, shared.acme)
    event = scene.events("channel_id_changed")[-1]
    assert (event["old_channel_id"], event["new_channel_id"]) == (old_id, channel.id)
    client = scene.client()
    assert failure(client.conversations_info(channel=old_id)).response["error"] == "channel_not_found"
    assert asyncio.run(client.conversations_info(channel=channel.id))["channel"]["is_pending_ext_shared"]
