"""What 新建 and 改 say."""

from bot.language.phrase import Phrase

NEW_USAGE = Phrase(
    zh="新建 名字 电话 公司 #标签\n"
    "新建 张三 13800138000 Acme #VIP\n"
    "新建 李四 邮箱 li@acme.com 阶段 意向\n"
    "新建公司 Acme",
    en="new NAME PHONE COMPANY #TAG\n"
    "new Zhang San 13800138000, Acme #VIP\n"
    "new Li Si email li@acme.com stage interested\n"
    "new company Acme",
)
NEW_SUMMARY = Phrase(zh="新建客户；电话、邮箱、公司、标签顺序随意", en="a new customer; the order does not matter")
NEW_WORD = Phrase(zh="新建", en="new")
NEW_WHO = Phrase(
    zh="新客户叫什么？例如：新建 张三 13800138000 Acme #VIP",
    en="What is the customer called? For example: new Zhang San 13800138000, Acme #VIP",
)
CREATED = Phrase(zh="已新建", en="Created")
LEFT_OVER = Phrase(
    zh="看不懂「{text}」，没有新建。写上它是什么，例如：职位 采购经理。",
    en='I do not understand "{text}", so nothing was created. Say what it is, for example: position buyer.',
)
SAME_NAME = Phrase(zh="已经有叫「{name}」的客户：", en='There is a customer called "{name}" already:')
ANYWAY_QUESTION = Phrase(
    zh="是另一位的话，回复 {call}是 仍然新建。", en="If this is somebody else, answer {call}yes to create anyway."
)
ANYWAY_BUTTON = Phrase(zh="仍然新建", en="Create anyway")
SAVE_ANYWAY_BUTTON = Phrase(zh="仍然保存", en="Save anyway")
ANYWAY = Phrase(zh="{word} 仍然 {rest}", en="{word} anyway {rest}")

SET_USAGE = Phrase(
    zh="改 名字 字段 内容\n"
    "改 张三 电话 13900001111\n"
    "改 张三 阶段=成交 等级=A\n"
    "张三手机号改成 13900001111\n"
    "改 张三 地址 清空",
    en="set NAME FIELD VALUE\n"
    "set Acme stage won\n"
    "set Acme phone=021-62345678, tier=A\n"
    "move Acme to won\n"
    "set Acme address clear",
)
SET_SUMMARY = Phrase(
    zh="改资料；阶段、电话、公司、生日、自定义字段…", en="change a field; stage, phone, company, birthday, …"
)
SET_WORD = Phrase(zh="改", en="set")
SET_WHAT = Phrase(
    zh="改{name}的什么？例如：改 {name} 阶段 成交",
    en="Change what of {name}? For example: set {name} stage won",
)
SET_TO_WHAT = Phrase(
    zh="{name}的{label}改成什么？回复：{call}新内容", en="What shall {name}'s {label} be? Answer: {call}VALUE"
)
SET_COMMAND = Phrase(zh="改 #{id} {label} {{}}", en="set #{id} {label} {{}}")
CHANGED = Phrase(zh="{label}：{before} → {after}", en="{label}: {before} → {after}")
UNCHANGED = Phrase(zh="{label}本来就是 {after}", en="{label} is {after} already")
NOTHING = Phrase(zh="（空）", en="(empty)")
