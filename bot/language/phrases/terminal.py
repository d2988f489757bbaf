"""What the terminal says beside the bot's own answers."""

from bot.language.phrase import Phrase

FIRST = Phrase(
    zh="这个数据库里还没有员工：{name} 成为管理员。",
    en="Nobody works in this database yet: {name} becomes its administrator.",
)
JOINED = Phrase(
    zh="{name} 还不是员工，现在以销售身份加入。管理员可以在配置的 admins 里指定。",
    en="{name} is new and joins as a sales member. Administrators are named by admins in the configuration.",
)
NOBODY = Phrase(zh="没有叫 {name} 的同事。", en="No colleague is called {name}.")
ALIKE = Phrase(
    zh="没有叫 {name} 的同事，最接近的是 {alike}。", en="No colleague is called {name}; the nearest: {alike}."
)
SAY_KNOWN = Phrase(
    zh='请检查 --as 后面的名字；确实是新同事的话，先用 crmbot chat --as "{name}" --new 加入。',
    en=' Check the name after --as; somebody new joins first, with crmbot chat --as "{name}" --new.',
)
SAY_NEW = Phrase(zh="确实是新同事时加 --new。", en=" For somebody new add --new.")
ASK_NEW = Phrase(zh="让 {name} 以新同事的身份加入吗？[y/N] ", en=" Let {name} join as a new colleague? [y/N] ")
NO_NAME = Phrase(
    zh="--as 后面写名字，1 到 {longest} 个可显示的字符，例如 --as alice",
    en="--as takes a name of 1 to {longest} printable characters, for example --as alice",
)
FILE_ALONE = Phrase(
    zh="--file 要和一句话一起用：crmbot chat --file 目录.pdf '群发 VIP: 新目录到了'",
    en="--file goes with a text: crmbot chat --file list.pdf 'broadcast VIP: our new list'",
)
FILE_UNREADABLE = Phrase(zh="--file {file}：{why}", en="--file {file}: {why}")
EARLIER = Phrase(zh="你上次来过之后收到 {messages}{more}：", en="Since you were here last, {messages} came{more}:")
LAST_ONES = Phrase(zh="，最近 {count} 条是", en="; the last {count}")
WELCOME = Phrase(
    zh="你好，{name}。写客户的名字就能查；帮助 列出全部命令；退出（或 Ctrl-D）结束。",
    en="Hello, {name}. Write a customer's name to look them up; help lists the commands; quit (or Ctrl-D) ends.",
)
