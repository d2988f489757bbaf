"""新建 and 改: the master record, written from the chat."""

import pytest

from tests.bot.conftest import Chat, shown


def card(chat: Chat, text: str) -> dict[str, str]:
    """The fields of the card that answers, with its title under ""."""
    answer = chat.card("alice", text)
    return {"": answer.title.rpartition(" #")[0], **{field.label: field.value for field in answer.fields}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建 张三 13800138000 Acme #VIP", {"": "张三", "电话": "13800138000", "公司": "Acme", "标签": "VIP"}),
        ("新建张三，13800138000，Acme", {"": "张三", "电话": "13800138000", "公司": "Acme"}),
        ("新建 客户 李四 电话 13900139000 公司 星辰制造", {"": "李四", "电话": "13900139000", "公司": "星辰制造"}),
        ("新建 李四 电话：13900139000 阶段=意向", {"电话": "13900139000", "阶段": "意向"}),
        ("新建 李四 电话13900139000 邮箱li@acme.com", {"电话": "13900139000", "邮箱": "li@acme.com"}),
        ("新建 王五 138 0013 8000 Acme 采购经理", {"电话": "13800138000", "公司": "Acme", "职位": "采购经理"}),
        ("新建 王五@Acme wang@acme.com A级 成交", {"": "王五", "公司": "Acme", "等级": "A", "阶段": "成交"}),
        ("新建 王五 生日 5月3日 来源 展会 标签 重要 VIP", {"生日": "05-03", "来源": "展会", "标签": "VIP、重要"}),
        ("新建 王五 地址 上海市 浦东新区 1号", {"地址": "上海市 浦东新区 1号"}),
        ("新建公司 Acme 电话 021-62345678", {"": "Acme"}),
        ("新建 公司 Umbra Foods", {"": "Umbra Foods"}),
        ("添加客户 欧阳一 #VIP#重要", {"": "欧阳一", "标签": "VIP、重要"}),
        ("新建 赵六 备注 展会上认识的", {"": "赵六", "最近备注": "展会上认识的（Alice，现在）"}),
        ("new Bob Li 13800138000, Acme #VIP", {"": "Bob Li", "Company": "Acme", "Tags": "VIP"}),
        ("new Bob Li email bob@acme.com stage won tier A", {"": "Bob Li", "E-mail": "bob@acme.com", "Stage": "won"}),
        ("new customer Bob C Li", {"": "Bob C Li"}),
        ("new company Acme", {"": "Acme"}),
        ("add 张三 +1 415 555 2671", {"": "张三", "Phone": "+1 415-555-2671"}),
    ],
)
def test_a_new_customer_is_read_from_one_line(chat: Chat, text: str, expected: dict[str, str]) -> None:
    fields = card(chat, text)
    assert {label: fields.get(label) for label in expected} == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("新建", "叫什么"),
        ("新建 13800138000", "叫什么"),
        ("新建 张三 电话 123", "不是有效的电话"),
        ("新建 张三 邮箱 nobody@", "不是有效的邮箱"),
        ("新建 张三 生日 2月30日", "不是一个有效的日期"),
        ("新建 张三 阶段 睡觉", "没有「睡觉」这个阶段"),
        ("新建 张三 Acme 采购经理 什么", "看不懂「什么」"),
        ("新建 " + "张" * 300, "名字太长"),
        ("new 张三 phone 12", "not a valid phone"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(chat: Chat, text: str, said: str) -> None:
    assert said in shown(chat.card("alice", text))
    assert "没有找到" in shown(chat.card("alice", "查 张三"))


def test_the_name_may_come_after_the_question(chat: Chat) -> None:
    chat.card("alice", "新建")
    assert card(chat, "张三 13800138000")["电话"] == "13800138000"


def test_a_phone_that_is_there_already_is_asked_about(chat: Chat) -> None:
    chat.card("alice", "新建 张三 13800138000")
    answer = shown(chat.card("alice", "新建 李四 138-0013-8000"))
    assert "已经是客户 #1 张三" in answer
    assert "没有找到" in shown(chat.card("alice", "查 李四"))
    chat.card("alice", "新建 李四 138-0013-8000")
    assert card(chat, "是")[""] == "李四"


def test_a_duplicate_one_may_not_see_is_not_described(chat: Chat) -> None:
    chat.card("alice", "新建 张三 13800138000 Acme")
    answer = shown(chat.card("charlie", "新建 李四 13800138000"))
    assert "Alice" in answer
    assert "张三" not in answer


def test_a_namesake_is_asked_about_unless_a_phone_tells_them_apart(chat: Chat) -> None:
    chat.card("alice", "新建 张三 13800138000")
    assert "已经有叫「张三」的客户" in shown(chat.card("alice", "新建 张三"))
    chat.card("alice", "取消")
    assert card(chat, "新建 张三 13900139000")["电话"] == "13900139000"
    chat.card("alice", "新建 李四")
    assert "已经有叫「李四」的客户" in shown(chat.card("alice", "新建 李四 13700137000"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("改 张三 电话 13900001111", "电话：13800138000 → 13900001111"),
        ("改 张三 电话：13900001111", "电话：13800138000 → 13900001111"),
        ("改 张三 阶段=成交", "阶段：潜在 → 成交"),
        ("改张三阶段成交", "阶段：潜在 → 成交"),
        ("改 张三 成交", "阶段：潜在 → 成交"),
        ("改 张三 阶段 改成 成交", "阶段：潜在 → 成交"),
        ("改 张三 13900001111", "电话：13800138000 → 13900001111"),
        ("改 张三 a@b.cn", "邮箱：（空） → a@b.cn"),
        ("改 张三 A级", "等级：（空） → A"),
        ("改 张三 阶段 成交 等级 A", "等级：（空） → A"),
        ("改 张三 阶段=成交，等级=A，公司=Acme", "公司：（空） → Acme"),
        ("改 张三 电话 清空", "电话：13800138000 → （空）"),
        ("改 张三 阶段 潜在", "阶段本来就是 潜在"),
        ("改 张三 姓名 张三丰", "姓名：张三 → 张三丰"),
        ("改 张三 负责人 Bob", "负责人：Alice → Bob"),
        ("改 张三 标签 VIP 重要", "标签：（空） → VIP、重要"),
        ("改 张三 退订 是", "退订：否 → 是"),
        ("改 #1 生日 1990-05-03", "生日：（空） → 1990-05-03"),
        ("set 张三 stage won", "Stage: lead → won"),
        ("set 张三 to won", "Stage: lead → won"),
        ("set 张三 stage won tier A", "Tier: (empty) → A"),
        ("set 张三 phone=13900001111, tier=b", "Tier: (empty) → B"),
        ("张三成交了", "阶段：潜在 → 成交"),
        ("张三手机号改成 13900001111", "电话：13800138000 → 13900001111"),
        ("move 张三 to won", "Stage: lead → won"),
    ],
)
def test_a_change_echoes_before_and_after(chat: Chat, text: str, said: str) -> None:
    chat.card("alice", "新建 张三 13800138000")
    chat.later(hours=1)
    answer = shown(chat.card("alice", text))
    assert said in answer


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("改 张三 年纪 30", "没有「年纪 30」这个字段"),
        ("改 张三 阶段 睡觉", "没有「睡觉」这个阶段"),
        ("改 张三 阶段 成交, 电话 12", "不是有效的电话"),
        ("改 张三 负责人 Zoe", "Zoe"),
        ("改", "哪位客户"),
        ("改 李四 阶段 成交", "没有找到「李四」"),
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing(chat: Chat, text: str, said: str) -> None:
    chat.card("alice", "新建 张三 13800138000")
    chat.later(hours=1)
    assert said in shown(chat.card("alice", text))
    assert "阶段: 潜在" in shown(chat.card("alice", "查 张三"))


def test_what_is_missing_is_asked_for(chat: Chat) -> None:
    chat.card("alice", "新建 张三 13800138000")
    assert "改张三的什么" in shown(chat.card("alice", "改 张三"))
    assert "阶段：潜在 → 成交" in shown(chat.card("alice", "阶段 成交"))
    assert "改成什么" in shown(chat.card("alice", "改 张三 电话"))
    assert "→ 13900001111" in shown(chat.card("alice", "13900001111"))


def test_right_after_a_card_the_name_may_be_left_out(chat: Chat) -> None:
    chat.card("alice", "新建 张三")
    assert "阶段：潜在 → 意向" in shown(chat.card("alice", "改 阶段 意向"))
    assert "阶段：意向 → 成交" in shown(chat.card("alice", "把他的阶段改成成交"))
    chat.later(hours=1)
    assert "哪位" in shown(chat.card("alice", "改"))


def test_a_custom_field_is_set_by_its_label(chat: Chat) -> None:
    chat.card("dora", "字段 添加 预算 数字")
    chat.card("alice", "新建 张三")
    answer = shown(chat.card("alice", "改 张三 预算 20万"))
    assert "→ 200000" in answer
    assert "张三的预算：200000" in shown(chat.card("alice", "张三的预算是多少"))


def test_what_was_so_already_is_no_change_and_nothing_to_undo(chat: Chat) -> None:
    chat.card("alice", "新建 张三")
    chat.later(hours=1)
    answer = shown(chat.card("alice", "改 张三 阶段 潜在"))
    assert "本来就是 潜在" in answer
    assert "撤销" not in answer
    assert "超过 10 分钟" in shown(chat.card("alice", "撤销"))
