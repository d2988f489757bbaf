"""Sentences as people write them, and the command each stands for."""

import pytest

from bot.language import grammar, natural

CHINESE = """
你好 → 帮助
你能做什么？ → 帮助
我有哪些权限 → 我是谁
我弄错了 → 撤销
刚才的不算 → 撤销
张总的电话是多少 → 问 张总: 电话
张三电话多少？ → 问 张三: 电话
请问张三的手机号是多少 → 问 张三: 手机号
帮我查一下李四的邮箱 → 问 李四: 邮箱
告诉我王五的地址 → 问 王五: 地址
张三的电话 → 问 张三: 电话
他的生日是哪天 → 问 他: 生日
王五什么时候过生日 → 问 王五: 生日
怎么联系李四 → 问 李四: 电话
李四怎么联系？ → 问 李四: 电话
谁负责张三 → 问 张三: 负责人
张三是谁负责的？ → 问 张三: 负责人
Acme归谁管 → 问 Acme: 负责人
李四是谁的客户 → 问 李四: 负责人
张三现在什么阶段了 → 问 张三: 阶段
Acme到哪个阶段了？ → 问 Acme: 阶段
王五是什么级别的客户 → 问 王五: 等级
张三是哪家公司的 → 问 张三: 公司
李四有哪些标签 → 问 李四: 标签
多久没联系王五了 → 问 王五: 最近联系
上次联系张三是什么时候 → 问 张三: 最近联系
王五的预算是多少 → 问 王五: 预算
张三最近聊了什么 → 历史 张三
我和李四都聊过什么 → 历史 李四
看看张三的聊天记录 → 历史 张三
张三有没有提过报价 → 历史 张三: 报价
李四提到过发票吗 → 历史 李四: 发票
谁提到过发票 → 历史 发票
搜一下聊天记录里的合同 → 历史 合同
把王五标成VIP → 标签 王五: +VIP
把李四标记为重要客户 → 标签 李四: +重要
把他标成老客户 → 标签 他: +老客户
给张三打上VIP标签 → 标签 张三: +VIP
给他贴个“老客户”标签 → 标签 他: +老客户
给王五加标签 重点 → 标签 王五: +重点
把张三的VIP标签去掉 → 标签 张三: -VIP
取消李四的潜力标签 → 标签 李四: -潜力
把张三的阶段改成成交 → 改 张三: 阶段 成交
把Acme推进到意向 → 改 Acme: 阶段 意向
张三成交了 → 改 张三: 阶段 成交
李四已经流失了 → 改 李四: 阶段 流失
把王五升为A级 → 改 王五: 等级 A
张三手机号改成 13900001111 → 改 张三: 手机号 13900001111
张三的邮箱换成zhang@acme.com → 改 张三: 邮箱 zhang@acme.com
李四的职位是采购经理 → 改 李四: 职位 采购经理
把王五的预算改为20万 → 改 王五: 预算 20万
李四跳槽到Acme了 → 改 李四: 公司 Acme了
给张三加个备注：下周要合同 → 记 张三: 下周要合同
把张三转给Bob → 转交 张三 给 Bob
把李四交给Alice跟进 → 转交 李四 给 Alice
张三和张小三是同一个人 → 合并 张三 和 张小三
合并张三和张小三 → 合并 张三 和 张小三
把这个群关联到Acme → 关联 Acme
这个群是张三的 → 关联 张三
给所有VIP客户发消息：新品上市 → 群发 VIP: 新品上市
给所有客户发消息：新品上市 → 群发 全部: 新品上市
给我的客户群发：新品上市 → 群发 我的: 新品上市
今日 → 日报
看看今天的简报 → 日报
取消群发 16 → 群发 取消 16
停止群发16 → 群发 取消 16
暂停群发 16 → 群发 暂停 16
cancel broadcast 16 → broadcast cancel 16
stop the broadcast #16 → broadcast cancel 16
send a message to all VIP customers: hi → broadcast VIP: hi
send a message to all customers: hi → broadcast everybody: hi
tell my customers: we are closed on Friday → broadcast mine: we are closed on Friday
today → digest
show me the daily digest → digest
我的客户有哪些 → 分组 我的
我有多少客户 → 分组 我的
有多少VIP客户？ → 分组 VIP
VIP客户有哪些 → 分组 VIP
列出所有重要客户 → 分组 重要
哪些客户已经成交了 → 分组 成交
哪些客户很久没联系了 → 分组 最近联系>30天
谁超过60天没联系了 → 分组 最近联系>60天
谁这周过生日 → 分组 生日<7天
这个月谁过生日 → 分组 生日<30天
本周新增了多少客户 → 分组 创建<7天
有哪些标签 → 标签
今天有什么安排 → 待办 今天
我今天要联系谁 → 待办 今天
明天有什么事 → 待办 明天
我的待办有哪些 → 待办
明天下午三点提醒我给李四打电话 → 提醒 明天下午三点 给李四打电话
每周一上午9点提醒我看报表 → 提醒 每周一上午9点 看报表
半小时后记得提醒我回张三电话 → 提醒 半小时后 回张三电话
张三是谁 → 查 张三
Acme现在怎么样了 → 查 Acme
查一下张三的资料 → 查 张三
有没有叫李四的客户 → 查 李四
"""

ENGLISH = """
Hi there → help
what can you do? → help
what is my role → whoami
undo that → undo
oops → undo
what's Acme's stage? → ask Acme: stage
What is Zhang San's phone number? → ask Zhang San: phone number
what’s the email of Bob Li → ask Bob Li: email
give me 张三's phone → ask 张三: phone
Do you have Acme's address? → ask Acme: address
Acme's owner? → ask Acme: owner
who owns Acme → ask Acme: owner
Who is responsible for 张三? → ask 张三: owner
who looks after Acme → ask Acme: owner
whose customer is 李四 → ask 李四: owner
when is 王五's birthday → ask 王五: birthday
how can I reach Zhang San → ask Zhang San: phone
when did we last talk to Acme? → ask Acme: last contact
when was Acme last contacted → ask Acme: last contact
where does 张三 work → ask 张三: company
which company is 张三 with → ask 张三: company
what stage is Acme in? → ask Acme: stage
where do we stand with Acme → ask Acme: stage
which tags does Acme have → ask Acme: tags
what's Acme's budget → ask Acme: budget
please tell me Acme's tier → ask Acme: tier
set Acme's stage to won → set Acme: stage won
change the phone of 张三 to 13900001111 → set 张三: phone 13900001111
update 李四's email to li@acme.com → set 李四: email li@acme.com
张三's new number is 13900001111 → set 张三: number 13900001111
move Acme to won → set Acme: stage won
mark Acme as lost → set Acme: stage lost
Acme is now a loyal customer → set Acme: stage loyal
we won Acme! → set Acme: stage won
we lost Acme → set Acme: stage lost
make 王五 tier A → set 王五: tier A
rename Acme to Acme Holdings → set Acme: name Acme Holdings
张三 works at Acme → set 张三: company Acme
mark 王五 as VIP → tag 王五: +VIP
tag Acme as important → tag Acme: +important
add the VIP tag to Acme → tag Acme: +VIP
add tag VIP to 张三 → tag 张三: +VIP
remove the VIP tag from Acme → tag Acme: -VIP
remove tag VIP from him → tag him: -VIP
Acme is no longer VIP → tag Acme: -VIP
what did Acme say recently → history Acme
what have we discussed with 张三 → history 张三
show me the history of Acme → history Acme
show 张三's messages → history 张三
did Acme mention the invoice? → history Acme: the invoice
what did 张三 say about pricing → history 张三: pricing
who asked about delivery → history delivery
search messages for contract → history contract
find messages about the invoice → history the invoice
add a note to Acme: wants a demo → note Acme: wants a demo
write down that Acme wants a demo → note Acme wants a demo
give Acme to Bob → assign Acme to Bob
hand 张三 over to Bob → assign 张三 to Bob
merge Acme and Acme Inc → merge Acme and Acme Inc
张三 and 张小三 are the same person → merge 张三 and 张小三
link this channel to Acme → link Acme
this group belongs to 张三 → link 张三
send all VIP customers: new prices are out → broadcast VIP: new prices are out
list my customers → segment mine
how many customers do I have? → segment mine
how many VIP customers → segment VIP
how many VIP customers do we have? → segment VIP
show me all important customers → segment important
which customers are won → segment won
who haven't I contacted lately? → segment last_contact>30d
which customers haven't we talked to for 60 days → segment last_contact>60d
who has a birthday this week → segment birthday<7d
any birthdays this month → segment birthday<30d
new customers this week → segment created<7d
which tags do we have → tag
what's on today → todo today
what do I have to do today? → todo today
anything due today? → todo today
what's up tomorrow → todo tomorrow
show my todos → todo
what should I do next → todo
tomorrow at 3pm remind me to call 李四 → remind tomorrow at 3pm call 李四
in half an hour, please remind me to answer Acme → remind in half an hour answer Acme
who is 张三 → find 张三
tell me about Acme → find Acme
can you look up Acme please → find Acme
"""

NOTHING = ("张三", "Acme", "zs", "8812", "今天聊得不错", "老王", "Bob Li", "给力", "把关", "的电话", "it works", "")


def _rows(table: str) -> list[tuple[str, str]]:
    rows = [line.split(" → ") for line in table.strip().splitlines()]
    return [(said, command) for said, command in rows]


@pytest.mark.parametrize(("said", "command"), _rows(CHINESE) + _rows(ENGLISH))
def test_a_sentence_stands_for_a_command(said: str, command: str) -> None:
    assert natural.read(grammar.without_courtesy(said)) == command


@pytest.mark.parametrize("text", NOTHING)
def test_a_name_or_a_remark_is_no_sentence(text: str) -> None:
    assert natural.read(text) is None


@pytest.mark.parametrize("text", ["记 张三的电话打不通", "note Zhang's phone is off", "查 张三最近聊了什么"])
def test_after_a_command_s_word_no_sentence_begins_with_a_name(text: str) -> None:
    assert natural.read(text, led_only=True) is None


def test_a_long_text_is_no_sentence() -> None:
    assert natural.read("把" + "很" * 5000 + "标成VIP") is None
