"""Who works at the sample company, and what its customers are called.

People carry placeholder names on purpose (张三, 李四, 陈一 …; Alice, Bob, Dave …): none of them is meant to exist.
"""

from dataclasses import dataclass

from crm_core.people.tables import Role


@dataclass(frozen=True)
class Colleague:
    name: str
    handle: str
    role: Role
    team: str
    language: str = ""
    timezone: str = ""


@dataclass(frozen=True)
class Firm:
    name: str
    domain: str
    language: str
    product: str


STAFF = (
    Colleague("Alice", "alice", Role.SALES, "East 华东"),
    Colleague("Bob", "bob", Role.MANAGER, "East 华东"),
    Colleague("Charlie", "charlie", Role.SALES, "West 西区"),
    Colleague("Admin", "admin", Role.ADMIN, ""),
)

FIRMS = (
    Firm("示例科技有限公司", "shili.example", "zh", "数据看板"),
    Firm("星辰制造有限公司", "xingchen.example", "zh", "温控模块"),
    Firm("蓝海贸易有限公司", "lanhai.example", "zh", "包装耗材"),
    Firm("青山食品股份有限公司", "qingshan.example", "zh", "冷链标签"),
    Firm("北辰物流有限公司", "beichen.example", "zh", "车载终端"),
    Firm("远方教育科技有限公司", "yuanfang.example", "zh", "排课系统"),
    Firm("晨光医疗器械有限公司", "chenguang.example", "zh", "消毒设备"),
    Firm("大江电子有限公司", "dajiang.example", "zh", "连接器"),
    Firm("南风纺织有限公司", "nanfeng.example", "zh", "打样服务"),
    Firm("Acme", "acme.example", "en", "label printers"),
    Firm("Globex", "globex.example", "en", "warehouse scanners"),
    Firm("Initech", "initech.example", "en", "reporting seats"),
    Firm("Umbra Foods", "umbra.example", "en", "cold-chain tags"),
    Firm("Northwind Supply", "northwind.example", "en", "packing film"),
    Firm("Contoso Clinics", "contoso.example", "en", "sterile kits"),
)

#: The people everybody meets first; the rest is made from the surnames and numbers below.
LEADING_ZH = ("张三", "李四", "王五", "赵六", "孙七", "周八", "吴九", "郑十")
SURNAMES_ZH = tuple("陈林黄何高罗郭马胡朱徐曾单欧阳")[:13]
NUMBERS_ZH = tuple("一二三四五六七八九十")
GIVEN_EN = (
    "Dave", "Erin", "Frank", "Grace", "Heidi", "Ivan", "Judy", "Mallory", "Niaj", "Olivia", "Peggy", "Rupert",
    "Sybil", "Trent", "Victor", "Walter", "Yves", "Zoe",
)  # fmt: skip

POSITIONS = {
    "zh": ("总经理", "采购经理", "技术总监", "财务主管", "运营经理", "行政"),
    "en": ("CEO", "Head of Purchasing", "CTO", "Controller", "Operations Lead", "Office Manager"),
}
SOURCES = {"zh": ("展会", "转介绍", "官网", "老客户", "电话"), "en": ("trade fair", "referral", "website", "cold call")}
TAGS = {
    "zh": ("VIP", "价格敏感", "决策人", "技术型", "年框", "待回访"),
    "en": ("VIP", "price-sensitive", "decision maker", "pilot", "renewal"),
}

SEQUENCE = "回访 Follow-up"
SEQUENCE_LINES = """进入：意向
退出：回复、成交
1个工作日后 10:00：您好{name|}，我是{owner|客户经理}。上次聊到的方案，您还有什么想了解的吗？
3个工作日后 10:00，没回复：给您留一份报价，方便的时候看看，有问题随时找我。
第10天 10:00 提醒：给 {name} 打个电话，问问进展"""
