"""What is said about the configuration when the program cannot start with it."""

import errno

from bot.language.phrase import Phrase

MISSING = Phrase(
    zh="没有 {path} 这个文件：把 config.example.toml 复制成 {path}，再改里面的设置",
    en="{path} does not exist: copy config.example.toml to {path} and edit it",
)
UNREADABLE = Phrase(zh="读不了 {path}：{why}", en="{path} cannot be read: {why}")
NOT_TOML = Phrase(zh="{path} 不是有效的 TOML：{why}", en="{path} is not valid TOML: {why}")
AT = Phrase(zh="[{place}] {problem}", en="[{place}] {problem}")
SECRET_FILE = Phrase(zh="{name}_FILE 指定的 {file}：{why}", en="{name}_FILE: {file}: {why}")

ZONE = Phrase(
    zh="没有这个时区：请用 IANA 名称，如 Asia/Shanghai", en="unknown time zone: use an IANA name such as Asia/Shanghai"
)
ACCOUNT = Phrase(
    zh='账号前要写明平台，如 "slack:U0123ABCD"、"wecom:zhangsan"',
    en='write each account with its platform: "slack:U0123ABCD", "wecom:zhangsan"',
)
WORKDAY = Phrase(
    zh="下班要晚于上班：work_to 必须大于 work_from",
    en="a working day ends after it begins: work_to must be later than work_from",
)
ADDRESS = Phrase(zh="这不是网址：应以 https:// 开头", en="this is no address: it begins with https://")
SOCKET_ADDRESS = Phrase(
    zh="这不是长连接的地址：应以 wss:// 开头", en="this is no address for sockets: it begins with wss://"
)
DATABASE = Phrase(zh="[database] url 用不了：{why}", en="[database] url cannot be used: {why}")

SLACK_BOTH = Phrase(
    zh="bot_token（一个工作区）和 client_id（多个工作区）只能填一个。只用一个工作区：去掉 client_id、client_secret 和 "
    "encryption_key；要用多个：去掉 bot_token",
    en="Slack has both bot_token (one workspace) and client_id (several). For one workspace remove client_id, "
    "client_secret and encryption_key; for several remove bot_token",
)
SLACK_HALF = Phrase(zh="Slack 只设置了一半，还缺：{missing}", en="Slack is half set up. Still needed: {missing}")
OR_APP_TOKEN = Phrase(
    zh="或 app_token（Basic Information → App-Level Tokens，权限 connections:write）",
    en="or app_token (Basic Information → App-Level Tokens, with connections:write)",
)
ENCRYPTION_KEY = Phrase(
    zh="encryption_key（可以这样生成：openssl rand -base64 32）",
    en="encryption_key (make one with: openssl rand -base64 32)",
)
PUBLIC_URL = Phrase(
    zh="public_url（大家访问本程序的 https://… 地址）",
    en="public_url (https://… under which people reach this program)",
)
SLACK_KEY = Phrase(
    zh="[slack] encryption_key 应为 32 字节的 base64；可以这样生成：openssl rand -base64 32",
    en="[slack] encryption_key: 32 bytes in base64; make one with: openssl rand -base64 32",
)
WECOM_HALF = Phrase(zh="企业微信只设置了一半，还缺：{missing}", en="WeCom is half set up. Still needed: {missing}")
CALLBACK = Phrase(
    zh="token 和 encoding_aes_key（应用管理 → 自建应用 → 接收消息 → 设置API接收）",
    en="token and encoding_aes_key (应用管理 → 自建应用 → 接收消息 → 设置API接收)",
)
OR_ROBOT = Phrase(
    zh="或 [wecom.robot] 的 bot_id 和 secret（智能机器人 → API模式 → 长连接，不需要公网地址）",
    en="or [wecom.robot] bot_id and secret (智能机器人 → API模式 → 长连接, which needs no public address)",
)
AGENT = Phrase(
    zh="agent_id 和 secret（应用管理 → 自建应用 → AgentId、Secret）",
    en="agent_id and secret (应用管理 → 自建应用 → AgentId, Secret)",
)
LIBRARY = Phrase(
    zh="[wecom.archive] library（libWeWorkFinanceSdk_C.so 的路径，在 会话内容存档 → SDK下载 页面下载）",
    en="[wecom.archive] library (the path of libWeWorkFinanceSdk_C.so, from the page 会话内容存档 → SDK下载)",
)
PRIVATE_KEYS = Phrase(
    zh="[wecom.archive] private_keys（会话内容存档 → 消息加密公钥 里每个版本对应的私钥）",
    en="[wecom.archive] private_keys (the key of each version set under 会话内容存档 → 消息加密公钥)",
)
WECOM_LETTERS = Phrase(
    zh="{name} 应为 {length} 位字母和数字，请从「{place}」复制",
    en="{name}: {length} letters and digits; copy it from {place}",
)
WECOM_KEY_FILE = Phrase(
    zh='每个私钥写成 "版本:路径"，如 "1:/etc/crmbot/archive-1.pem"',
    en='write each key as "version:path", such as "1:/etc/crmbot/archive-1.pem"',
)

NO_DATABASE = Phrase(
    zh="[database] url：还没有 {file}；crmbot serve 启动时会建好",
    en="[database] url: {file} is not there yet; crmbot serve makes it",
)
DATABASE_AWAY = Phrase(
    zh="[database] url：读不了数据库（{reason}）。请运行 crmbot doctor",
    en="[database] url cannot be read: {reason}. Run crmbot doctor",
)
WEB_ELSEWHERE = Phrase(
    zh="[console] web = true 时，打开网页的人可以扮成任何人，所以只能在本机使用：请把 --host {host} 改成 --host "
    "127.0.0.1，或设置 web = false",
    en="[console] web = true lets everybody who opens the page be anybody, so it answers on this machine only: use "
    "--host 127.0.0.1 instead of {host}, or set web = false",
)
NOT_LISTENING = Phrase(
    zh="不能在 {host} 的 {port} 端口上提供服务：{why}。请用 --port 换一个端口",
    en="cannot listen on {host} port {port}: {why}. Choose another with --port",
)
#: Why, by the number of the error.
LISTENING = {
    errno.EADDRINUSE: Phrase(zh="已被占用", en="it is in use"),
    errno.EACCES: Phrase(zh="没有使用它的权限", en="this user may not use it"),
}
NO_HOST = Phrase(zh="--host {host} 不是本机的地址", en="--host {host} is no address of this machine")
