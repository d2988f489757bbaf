"""The program, from a line typed to the answer shown."""

from tests.scenarios.conftest import Chat


def test_help_is_answered_in_the_direct_chat(chat: Chat) -> None:
    reply = chat.say("alice", "帮助")

    assert len(reply.posts) == 1
    assert reply.rooms == ("direct:alice",)
    assert "帮助" in reply.text


def test_in_a_group_the_bot_answers_only_when_it_is_meant(chat: Chat) -> None:
    assert chat.say("alice", "帮助", room="group:east").posts == ()
    assert chat.say("alice", "@crm 帮助", room="group:east").rooms == ("group:east",)
    assert chat.say("alice", "＠bot 帮助", room="group:east").rooms == ("group:east",)
    assert chat.say("alice", "/crm help", room="group:east").rooms == ("group:east",)
    assert chat.say("alice", "@crmx 帮助", room="group:east").posts == ()


def test_colleagues_of_the_room_see_the_answer_and_others_do_not(chat: Chat) -> None:
    chat.say("alice", "@crm help", room="group:east")

    assert len(chat.new("bob").posts) == 1
    assert chat.new("charlie").posts == ()
