"""What customers and sales staff say to each other, stage by stage.

Each dialogue is a sequence of (who, line): "c" the customer, "s" the member of staff. `{product}`, `{count}`, `{price}`
and `{day}` are filled in.
"""

from crm_core.customers.tables import Stage

Dialogue = tuple[tuple[str, str], ...]

ZH: dict[Stage, tuple[Dialogue, ...]] = {
    Stage.LEAD: (
        (
            ("c", "您好，在展会上看到你们的{product}，想了解一下"),
            ("s", "您好！很高兴认识您。请问大概需要多少数量？"),
            ("c", "先问问价格，可能要{count}套"),
            ("s", "{count}套的话有阶梯价，我整理一份资料发您邮箱"),
            ("c", "好的，麻烦了"),
        ),
        (
            ("c", "朋友推荐过来的，你们{product}支持定制吗"),
            ("s", "支持的，常见的是外观和接口定制，交期两到三周"),
            ("c", "那我回去和技术同事商量一下"),
            ("s", "好的，需要的话我可以约一次线上演示"),
        ),
        (
            ("s", "您好，我是您的专属顾问，之前官网留言咨询过{product}"),
            ("c", "对的，我们在比几家"),
            ("s", "明白，您最关心的是价格、交期还是售后？"),
            ("c", "售后吧，之前那家出了问题找不到人"),
            ("s", "我们有两小时响应的承诺，写进合同里的"),
        ),
    ),
    Stage.INTERESTED: (
        (
            ("c", "资料看了，报价能不能再低一点"),
            ("s", "{count}套按{price}元一套，已经是年框的价格了"),
            ("c", "另外一家报得比你们低"),
            ("s", "理解。我们含安装和一年维保，我把明细拆开给您看"),
            ("c", "行，我要给老板汇报"),
            ("s", "需要一页纸的对比表吗？我今天下班前发您"),
            ("c", "太好了"),
        ),
        (
            ("s", "演示安排在{day}可以吗？"),
            ("c", "可以，技术那边有三个人参加"),
            ("s", "好的，会议链接稍后发您"),
            ("c", "重点讲讲接口和权限"),
            ("s", "收到，这两块我请工程师来讲"),
        ),
        (
            ("c", "样品收到了，质量不错"),
            ("s", "太好了，测试大概需要多久？"),
            ("c", "一周左右，没问题就走流程"),
            ("s", "那我{day}再跟您确认"),
        ),
    ),
    Stage.WON: (
        (
            ("c", "合同法务看完了，第七条付款方式要改成三七"),
            ("s", "可以，首付三成发货前七成，我改好发您"),
            ("c", "发票要专票"),
            ("s", "没问题，开票信息麻烦发我一下"),
            ("c", "订单号 PO-{count}2026，款今天安排"),
            ("s", "收到，感谢支持！{day}发货"),
        ),
        (
            ("s", "货已经发出，预计{day}到，物流单号稍后发您"),
            ("c", "好的，到了我通知仓库"),
            ("c", "收到了，数量对的"),
            ("s", "那我安排工程师上门安装"),
            ("c", "辛苦"),
        ),
    ),
    Stage.LOYAL: (
        (
            ("c", "{product}用得挺顺的，想再加{count}套"),
            ("s", "太好了！老客户按原价再优惠两个点"),
            ("c", "爽快。另外我介绍个朋友给你"),
            ("s", "非常感谢，回头请您吃饭"),
        ),
        (
            ("s", "您好，年度回访：最近使用有什么建议吗？"),
            ("c", "报表导出慢了点，其他都好"),
            ("s", "已经反馈给研发，新版本{day}上线会快很多"),
            ("c", "好的，明年续签没问题"),
        ),
    ),
    Stage.LOST: (
        (
            ("s", "您好，上次的方案考虑得怎么样？"),
            ("c", "预算砍了，今年不做了"),
            ("s", "理解，明年立项的时候我再联系您"),
            ("c", "好"),
        ),
        (
            ("c", "不好意思，这次选了别家，主要是价格"),
            ("s", "没关系，后面有机会再合作。方便说说差多少吗？"),
            ("c", "差了大概一成"),
        ),
    ),
}

EN: dict[Stage, tuple[Dialogue, ...]] = {
    Stage.LEAD: (
        (
            ("c", "Hi, we met at the fair. Could you tell me more about your {product}?"),
            ("s", "Great to hear from you! How many would you need?"),
            ("c", "About {count} to start with"),
            ("s", "There is volume pricing from 50. I'll send you the sheet today"),
            ("c", "Thanks, looking forward to it"),
        ),
        (
            ("c", "A friend recommended you. Do your {product} work with our ERP?"),
            ("s", "Yes, through a plain REST interface. Shall I set up a short demo?"),
            ("c", "Let me check with our CTO first"),
        ),
    ),
    Stage.INTERESTED: (
        (
            ("c", "The quote is a bit above our budget"),
            ("s", "{count} units at ${price} each includes onboarding and a year of support"),
            ("c", "Another vendor is ten percent cheaper"),
            ("s", "Understood. I can split the order in two deliveries and hold the price"),
            ("c", "That could work, I'll take it to my boss"),
        ),
        (
            ("s", "Would {day} work for the demo?"),
            ("c", "Yes, three people will join. Please focus on permissions"),
            ("s", "Noted, I'll bring an engineer"),
            ("c", "Perfect"),
        ),
    ),
    Stage.WON: (
        (
            ("c", "Legal is done, only the payment terms need to change to net 45"),
            ("s", "We can do net 45 with a 30% deposit"),
            ("c", "Deal. Purchase order PO-{count}2026 is on its way"),
            ("s", "Thank you! Shipping on {day}"),
        ),
        (
            ("s", "Your shipment left today and should arrive on {day}"),
            ("c", "Received, everything is there"),
            ("s", "Wonderful. I'll schedule the onboarding call"),
        ),
    ),
    Stage.LOYAL: (
        (
            ("c", "The {product} run well, we'd like {count} more"),
            ("s", "Happy to hear! Same price, and two percent off for the renewal"),
            ("c", "Nice. I'll introduce you to our sister company"),
        ),
    ),
    Stage.LOST: (
        (
            ("s", "Hi, any news about the proposal?"),
            ("c", "The budget was cut, not this year I'm afraid"),
            ("s", "I understand. May I call again when planning starts?"),
            ("c", "Sure"),
        ),
    ),
}

ALL = {"zh": ZH, "en": EN}

NOTES = {
    "zh": (
        "喜欢先看书面资料，电话放在下午",
        "决策人是老板，采购只管比价",
        "关注售后响应时间",
        "下半年有扩产计划",
        "每周三下午开例会，别打扰",
    ),
    "en": (
        "Prefers a short e-mail before any call",
        "The owner decides, purchasing compares prices",
        "Cares about support response times",
        "Plans a second site next year",
    ),
}

NUDGES = {
    "zh": ("跟进报价", "确认样品测试结果", "发合同", "约演示时间", "回访使用情况"),
    "en": ("follow up on the quote", "check the sample results", "send the contract", "schedule the demo"),
}
