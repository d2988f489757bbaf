"""What 成员/staff says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="成员 | 成员 时区 Asia/Shanghai | 成员 语言 zh | 成员 日报 9（或 关）| "
    "成员 添加 小王 sales 华东组 slack:U123 | 成员 小王 角色 manager | 成员 小王 邮箱 wang@acme.example | "
    "成员 小王 名字 王小明",
    en="staff | staff zone Europe/London | staff language en | staff digest 9 (or off) | "
    "staff add Dana sales East slack:U123 | staff Dana role manager | staff Dana email dana@acme.example | "
    "staff Dana name Dana Lee",
)
SUMMARY = Phrase(
    zh="查看同事；设置自己的时区、语言和日报时间；管理员可添加和修改成员",
    en="See colleagues; set your own zone, language and digest hour; administrators add and change people",
)

TITLE = Phrase(zh="成员（{people}）", en="{people}")
ITEM = Phrase(
    zh="{name} · {role} · {team} · {zone} · {speaks} · 日报 {digest}{away}",
    en="{name} · {role} · {team} · {zone} · {speaks} · digest {digest}{away}",
)
NO_TEAM = Phrase(zh="未分组", en="no team")
AWAY = Phrase(zh=" · 已停用", en=" · inactive")
DIGEST_OFF = Phrase(zh="关", en="off")
DIGEST_AT = Phrase(zh="{hour}:00", en="at {hour}:00")
LIST_FOOTER = Phrase(
    zh="改自己的：成员 时区|语言|日报。管理员：成员 添加 名字 角色 团队 平台：账号（或邮箱）",
    en="Your own: staff zone|language|digest. Administrators: staff add NAME ROLE TEAM PLATFORM:ID (or E-MAIL)",
)

ADDED = Phrase(
    zh="已添加成员 {name}：{role}，{team}{handle}。",
    en="Added {name}: {role}, {team}{handle}.",
)
WITH_EMAIL = Phrase(zh="，邮箱 {email}", en=", e-mail {email}")
WITH_HANDLE = Phrase(zh="，账号 {handle}", en=", account {handle}")
NO_HANDLE = Phrase(
    zh="还没有账号，机器人认不出 TA。补上：成员 {name} 账号 slack:U123，或 成员 {name} 邮箱 …，按邮箱自动认出",
    en="There is no account yet, so the bot will not recognise them. Add it: staff {name} handle slack:U123, "
    "or staff {name} email …, to recognise them by it",
)
CHANGED = Phrase(zh="{name} 的{field}：{before} → {after}", en="{name}'s {field}: {before} → {after}")
SAME = Phrase(
    zh="{name} 的{field}本来就是 {after}，没有改动。", en="{name}'s {field} is {after} already; nothing changed."
)

NAME = Phrase(zh="名字", en="name")
NAME_MISSING = Phrase(
    zh="{name} 改叫什么？例：成员 {name} 名字 王小明",
    en="What is the new name? For example: staff {name} name Dana Lee",
)
ROLE = Phrase(zh="角色", en="role")
TEAM = Phrase(zh="团队", en="team")
SCOPE = Phrase(zh="可见范围", en="scope")
ZONE = Phrase(zh="时区", en="time zone")
LANGUAGE = Phrase(zh="语言", en="language")
DIGEST = Phrase(zh="日报时间", en="digest hour")
HANDLE = Phrase(zh="账号", en="account")
EMAIL = Phrase(zh="邮箱", en="e-mail")
NO_EMAIL = Phrase(zh="无", en="none")
NEW_HANDLE = Phrase(zh="新增", en="new")
ACTIVE = Phrase(zh="状态", en="status")
ACTIVE_YES = Phrase(zh="启用", en="active")
ACTIVE_NO = Phrase(zh="停用", en="inactive")

ROLES = {
    "admin": Phrase(zh="管理员", en="admin"),
    "manager": Phrase(zh="经理", en="manager"),
    "sales": Phrase(zh="销售", en="sales"),
    "viewer": Phrase(zh="只读", en="viewer"),
}
SCOPES = {
    "own": Phrase(zh="自己的", en="own"),
    "team": Phrase(zh="本团队", en="team"),
    "all": Phrase(zh="全部", en="all"),
    "": Phrase(zh="随角色", en="as the role"),
}
LANGUAGES = {
    "zh": Phrase(zh="中文", en="Chinese"),
    "en": Phrase(zh="英文", en="English"),
    "": Phrase(zh="随消息", en="as they write"),
}

ZONE_UNKNOWN = Phrase(
    zh="没有时区“{zone}”。相近的：{near}。例：成员 时区 {first}",
    en='There is no time zone "{zone}". The nearest: {near}. For example: staff zone {first}',
)
ROLE_UNKNOWN = Phrase(
    zh="没有角色“{role}”。可用：管理员 admin、经理 manager、销售 sales、只读 viewer。",
    en='There is no role "{role}". Use admin, manager, sales or viewer.',
)
SCOPE_UNKNOWN = Phrase(
    zh="没有范围“{scope}”。可用：自己 own、团队 team、全部 all。",
    en='There is no scope "{scope}". Use own, team or all.',
)
LANGUAGE_UNKNOWN = Phrase(zh="只会中文（zh）和英文（en）。", en="I speak Chinese (zh) and English (en).")
HOUR_UNKNOWN = Phrase(
    zh="日报时间是 0 到 23 的整点，或“关”。例：成员 日报 9",
    en="The digest hour is a whole hour from 0 to 23, or off. For example: staff digest 9",
)
HANDLE_UNKNOWN = Phrase(
    zh="账号写成 平台:ID，例如 slack:U0123 或 wecom:zhangsan。",
    en="Write an account as platform:id, such as slack:U0123 or wecom:zhangsan.",
)
FIELD_UNKNOWN = Phrase(
    zh="没看懂“{text}”。用法：{usage}",
    en='I did not understand "{text}". Usage: {usage}',
)
