"""字段/field: the fields a company adds to its customers."""

import pytest

from tests.bot.conftest import Chat, shown


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("字段 添加 预算 数字", "已添加字段 预算：数字。"),
        ("field add Budget number", "Added the field Budget: number."),
        ("field add Industry choice finance, retail", "Added the field Industry: choice, one of finance, retail."),
        ("字段 添加 行业 选项 金融、制造、零售", "选项，可选 金融, 制造, 零售"),
        ("字段 添加 身份证号/ID number 文本 敏感", "已添加字段 身份证号：文本，敏感。"),
        ("field add Signed yes/no", "Added the field Signed: yes/no."),
        ("field add Budget", "Say its type"),
        ("field add Level choice", "A choice needs its choices"),
        ("field archive Budget", 'There is no field "Budget"'),
        ("field colour it", "Usage: field"),
    ],
)
def test_an_administrator_declares_fields(chat: Chat, text: str, says: str) -> None:
    assert says in shown(chat.card("dora", text))


def test_fields_are_listed_and_archived(chat: Chat) -> None:
    assert "no custom fields yet" in shown(chat.card("alice", "field"))
    chat.card("dora", "field add Budget number")
    assert "Budget (budget): number" in shown(chat.card("alice", "field"))
    assert "is archived" in shown(chat.card("dora", "field archive budget"))
    assert "no custom fields yet" in shown(chat.card("alice", "field"))
    chat.card("dora", "undo")
    assert "Budget (budget): number" in shown(chat.card("alice", "field"))


def test_only_administrators_declare_fields(chat: Chat) -> None:
    assert "let you run the bot" in shown(chat.card("bob", "field add Budget number"))
    assert "no custom fields yet" in shown(chat.card("alice", "field"))
