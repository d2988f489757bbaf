"""A working week in Chinese, through the console: every turn says what must be shown, and what must not."""

from dataclasses import dataclass

from tests.bot.conftest import shown
from tests.scenarios.conftest import Chat, Reply

EAST, PROJECT = "group:east", "group:zhangsan"


@dataclass(frozen=True)
class Turn:
    """`who` says `text` in `room` ("" is the direct chat); the answer shows all of `shown` and nothing of `hidden`.

    `press`: the label of a button that is pressed instead. `later`: minutes that pass before. Without a text, what
    comes by itself is read. `private`: nobody else reads the answer. `aside`: said to the people in the room, not to
    the bot.
    """

    who: str
    text: str
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    room: str = ""
    press: bool = False
    later: int = 0
    private: bool | None = None
    aside: bool = False


WEEK = (
    # 认识一下
    Turn("alice", "你好", ("我能做这些", "新建")),
    Turn("alice", "我是谁", ("Alice", "销售", "Asia/Shanghai")),
    Turn("alice", "帮助 新建", ("新建 张三 13800138000 Acme #VIP",)),
    Turn("alice", "张三", ("没有找到「张三」", "新建 张三")),
    Turn("alice", "新建 张三 13800138812 公司 示例科技 #VIP 职位 采购经理", ("已新建", "示例科技", "VIP", "采购经理")),
    Turn("alice", "新建 李四 电话13900139000 邮箱li@example.com 阶段=意向", ("李四", "意向", "li@example.com")),
    Turn("alice", "新建 王五，13700137000，星辰制造", ("王五", "星辰制造")),
    Turn("alice", "新建公司 Acme", ("Acme", "已新建")),
    Turn("alice", "新建 赵六 138-0013-8812", ("已经是客户", "张三", "仍然新建")),
    Turn("alice", "不用了", ("不做了",)),
    Turn("alice", "赵六", ("没有找到",), ("138",)),
    # 查
    Turn("alice", "张", ("张三", "示例科技", "潜在")),
    Turn("alice", "zs", ("张三", "13800138812")),
    Turn("alice", "zhangsan", ("张三",)),
    Turn("alice", "8812", ("张三",)),
    Turn("alice", "查李总", ("李四", "意向")),
    Turn("alice", "li@example.com", ("李四",)),
    Turn("alice", "星辰", ("星辰制造",)),
    Turn("alice", "王武", ("你是想说", "王五")),
    Turn("alice", "1", ("王五", "13700137000")),
    # 问
    Turn("alice", "张总的电话是多少", ("张三的电话：13800138812",), ("负责人",)),
    Turn("alice", "打开卡片", ("张三", "负责人"), press=True),
    Turn("alice", "谁负责李四？", ("李四的负责人：Alice",)),
    Turn("alice", "他现在什么阶段了", ("李四的阶段：意向",)),
    Turn("alice", "王五生日是哪天", ("王五的生日还没有记录",)),
    # 改
    Turn("alice", "改 王五 生日 5月3日", ("生日：（空） → 05-03",)),
    Turn("alice", "张三手机号改成 13900001111", ("电话：13800138812 → 13900001111", "撤销")),
    Turn("alice", "撤销", ("已撤销", "13900001111 去掉了"), press=True),
    Turn("alice", "张三的电话", ("13800138812",), ("13900001111",)),
    Turn("alice", "改 张三 电话 123", ("不是有效的电话号码",)),
    Turn("alice", "把张三的阶段改成成交", ("阶段：潜在 → 成交",)),
    Turn("alice", "张三 成交了", ("阶段本来就是 成交",), ("撤销",)),
    Turn("alice", "改 李四 等级 A，来源=展会", ("等级：（空） → A", "来源：（空） → 展会")),
    Turn("alice", "改 李四 年龄 30", ("没有「年龄 30」这个字段",)),
    # 标签和分组
    Turn("alice", "把王五标成VIP", ("王五：加上 VIP",)),
    Turn("alice", "标签 王五 -VIP +潜力", ("加上 潜力", "去掉 VIP")),
    Turn("alice", "标签 重要", ("王五：加上 重要",)),
    Turn("alice", "撤销", ("标签 重要 去掉了",)),
    Turn("alice", "有多少VIP客户", ("1 位客户", "张三"), ("王五", "李四")),
    Turn("alice", "分组 重点 = VIP | 等级:A", ("已保存分组「重点」", "2 位客户")),
    Turn("alice", "重点客户有哪些", ("张三", "李四"), ("王五",)),
    Turn("alice", "2", ("负责人: Alice",)),
    Turn("alice", "分组 没有这个", ("没有「没有这个」",)),
    # 记和历史
    Turn("alice", "记 张三：今天拜访，下周要合同", ("已记到 张三：今天拜访，下周要合同",)),
    Turn("alice", "记", ("给张三记什么",)),
    Turn("alice", "对方很在意交期", ("已记到 张三：对方很在意交期",)),
    Turn("alice", "历史 张三", ("新建了这个客户", "阶段：潜在 → 成交", "备注：今天拜访")),
    Turn("alice", "历史 张三 合同", ("今天拜访，下周要合同",), ("交期",)),
    # 同名
    Turn("alice", "新建 张三 13600136000 公司 Acme", ("已新建", "Acme")),
    Turn("alice", "张三", ("找到这些客户", "示例科技", "Acme"), later=60),
    Turn("alice", "第二个", ("张三", "电话: ")),
    Turn("alice", "把张三标成老客户", ("哪一位",)),
    Turn("alice", "取消", ("不做了",)),
    # 提醒和待办
    Turn("alice", "明天下午三点提醒我给李四打电话", ("给李四打电话", "11月19日 周四 下午3:00", "客户: 李四")),
    Turn("alice", "提醒 王五 半小时后 发样品", ("发样品", "客户: 王五", "30 分钟后")),
    Turn("alice", "李四", ("下次提醒: 明天 15:00",)),
    Turn("alice", "今天有什么安排", ("发样品",), ("打电话",)),
    Turn("alice", "", ("发样品", "王五"), later=31),
    Turn("alice", "完成", ("已完成：发样品",)),
    Turn("alice", "撤销", ("提醒「发样品」恢复到",)),
    Turn("alice", "我的待办有哪些", ("发样品", "给李四打电话")),
    Turn("alice", "时间 下周一上午十点半", ("11月23日 周一 上午10:30",)),
    Turn("alice", "提醒 李四 昨天 回访", (), ("客户: 李四",)),
    Turn("alice", "题醒 李四 后天上午十点 回访", ("你是想说 提醒 吗",)),
    Turn("alice", "是", ("回访", "11月20日 周五 上午10:00")),
    Turn("alice", "合并 李四 和 李四", ("同一个客户",)),
    # 说错话
    Turn("alice", "帮主", ("你是想说 帮助 吗",)),
    Turn("alice", "是", ("我能做这些",)),
    Turn("alice", "7", ("没有等你确认",)),
    Turn("alice", "   ", ("我在",)),
    Turn("alice", "查 %_", ("至少写一个字",)),
    Turn("alice", "\u202e张\u200b三\u202c", ("张三",)),
    Turn("alice", "💥💥💥", ("没看懂",)),
    Turn("alice", "新建 " + "很长" * 3000, ("太长",)),
    Turn("alice", "谢谢", ("不客气",)),
    # 谁能看到
    Turn("bob", "李四", ("李四", "13900139000", "Alice")),
    Turn("bob", "改 李四 阶段 成交", ("阶段：意向 → 成交",)),
    Turn("alice", "撤销 列表", (), ("改 李四 阶段 成交",)),
    Turn("charlie", "李四", ("没有找到「李四」",), ("139", "Alice")),
    Turn("charlie", "新建 李小四 13900139000", ("已经由 Alice 跟进",), ("李四 ",)),
    Turn("charlie", "#1", ("没有找到",), ("张三", "138")),
    Turn("charlie", "历史 合同", ("没有找到提到「合同」",)),
    Turn("zhangsan", "查 李四", ("同事",), ("139",), room=PROJECT),
    Turn("guest", "我的客户有哪些", ("同事",), ("张三", "李四"), room=PROJECT),
    Turn("alice", "李四", ("李四", "13900139000"), room=EAST, private=False),
    Turn("alice", "李四", ("李四", "13900139000"), room=PROJECT, private=True),
    Turn("alice", "帮助", ("我能做这些",), room=PROJECT, private=True),
    # 群里关联
    Turn("alice", "关联", ("还没有关联",), room=PROJECT),
    Turn("alice", "把这个群关联到#1", ("现在是 张三 的",), room=PROJECT, private=True),
    Turn("zhangsan", "合同什么时候给我？", room=PROJECT, aside=True),
    Turn("alice", "记 群里催合同了", ("已记到 张三：群里催合同了",), room=PROJECT, private=True),
    Turn("alice", "谁提到过合同", ("合同什么时候给我",)),
    Turn("alice", "#1", ("合同什么时候给我", "最近联系: "), later=120),
    Turn("alice", "取消关联", ("不再关联",), room=PROJECT),
)


def test_a_working_week_in_chinese(chat: Chat) -> None:
    assert len(WEEK) >= 60
    for number, turn in enumerate(WEEK, start=1):
        answer = _take(chat, turn)
        text = "\n".join(shown(card) for card in answer.cards)
        for part in turn.shown:
            assert part in text, f"turn {number}, {turn.who}: {turn.text[:60]!r} lacks {part!r}:\n{text}"
        for part in turn.hidden:
            assert part not in text, f"turn {number}, {turn.who}: {turn.text[:60]!r} shows {part!r}:\n{text}"
        if turn.private is not None:
            assert answer.private is turn.private, f"turn {number}: {turn.text!r} in {turn.room}"
        assert "抱歉" not in text, f"turn {number}: {turn.text!r}"


def _take(chat: Chat, turn: Turn) -> Reply:
    if turn.later:
        chat.later(minutes=turn.later)
    if not turn.text:
        return chat.new(turn.who)
    if turn.press:
        return chat.press(turn.who, turn.text, room=turn.room)
    mention = "@crmbot " if turn.room and not turn.aside else ""
    return chat.say(turn.who, mention + turn.text, room=turn.room)
