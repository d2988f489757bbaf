"""Which names may be created."""

import pytest

from bot.commands import choosing


@pytest.mark.parametrize("text", ["张三丰喜欢吃什么", "我团队的待办", "标鉴 张三丰 重要", "谁是老板", "阶段=成交"])
def test_a_question_or_a_mistyped_order_is_no_name_to_create(text: str) -> None:
    assert not choosing.creatable(text)


@pytest.mark.parametrize("text", ["张三", "蓝海贸易有限公司", "Acme", "Mary Ann Smith", "O'Neil & Sons"])
def test_a_name_may_be_created(text: str) -> None:
    assert choosing.creatable(text)
