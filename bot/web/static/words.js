// What the page itself says, in both languages. What the bot says comes from the bot.

export const WORDS = {
  zh: {
    skip: "跳到输入框",
    rail: "聊天与身份",
    rooms: "聊天",
    youAre: "我的身份",
    menu: "打开聊天列表",
    language: "界面语言",
    log: "消息",
    hints: "试试这些",
    earlier: "更早的消息",
    newer: "↓ 新消息",
    write: "写消息",
    send: "发送",
    attach: "添加图片或文件",
    remove: "去掉",
    refused: (name, why) => `${name}：${why}`,
    tooLarge: (limit) => `文件太大，最多 ${limit} MB，没有添加`,
    empty: "这个文件是空的，没有添加",
    tooMany: (most) => `一条消息最多带 ${most} 个文件，没有添加`,
    direct: "crmbot",
    directAbout: "只有你和机器人",
    bot: "crmbot",
    botAbout: "机器人",
    private: "仅你可见",
    placeholder: "问点什么，或者直接写客户的名字…",
    placeholderGroup: "和大家说话；@crm 开头是问机器人",
    placeholderCustomer: "写消息…",
    pressed: (name, label) => `${name} 点了「${label}」`,
    sending: "发送中…",
    failed: "没有发出去",
    retry: "重试",
    offline: "连接断开，正在重连…",
    thinking: "机器人正在回复",
    unread: (count) => `${count} 条未读`,
    welcome: (name) => `${name}，你好`,
    welcomeText: "我替你记住每位客户：聊过什么、到哪一步、接下来该做什么。直接写，不用记命令。",
    welcomeOther: "这里还没有消息。",
    today: "今天",
    yesterday: "昨天",
  },
  en: {
    skip: "Skip to the message field",
    rail: "Chats and people",
    rooms: "Chats",
    youAre: "You are",
    menu: "Open the list of chats",
    language: "Language of the page",
    log: "Messages",
    hints: "Try these",
    earlier: "Earlier messages",
    newer: "↓ New messages",
    write: "Write a message",
    send: "Send",
    attach: "Add a picture or a file",
    remove: "Remove",
    refused: (name, why) => `${name}: ${why}`,
    tooLarge: (limit) => `too large, at most ${limit} MB; it was not added`,
    empty: "this file is empty; it was not added",
    tooMany: (most) => `a message takes ${most} files at most; it was not added`,
    direct: "crmbot",
    directAbout: "Only you and the bot",
    bot: "crmbot",
    botAbout: "Bot",
    private: "Only you see this",
    placeholder: "Ask something, or just write a customer's name…",
    placeholderGroup: "Talk to everybody; start with @crm to ask the bot",
    placeholderCustomer: "Write a message…",
    pressed: (name, label) => `${name} pressed “${label}”`,
    sending: "Sending…",
    failed: "Not sent",
    retry: "Retry",
    offline: "Connection lost, reconnecting…",
    thinking: "The bot is answering",
    unread: (count) => `${count} unread`,
    welcome: (name) => `Hello, ${name}`,
    welcomeText:
      "I remember every customer for you: what was said, where you stand, what comes next. Just write; there is nothing to memorise.",
    welcomeOther: "Nothing has been said here yet.",
    today: "Today",
    yesterday: "Yesterday",
  },
};

// What one may try: [what the chip says, what it writes, whether it is sent at once].
const STAFF = {
  zh: [
    ["查 张三", "查 张三", true],
    ["张三的电话是多少", "张三的电话是多少", true],
    ["提醒我…", "明天下午三点提醒我给李四打电话", false],
    ["标签…", "标签 张三 VIP", false],
    ["待办", "待办", true],
    ["帮助", "帮助", true],
  ],
  en: [
    ["find Dave", "find Dave", true],
    ["what's Acme's stage?", "what's Acme's stage?", true],
    ["remind me…", "remind me in 1 minute to call Dave", false],
    ["tag…", "tag Dave VIP", false],
    ["todo", "todo", true],
    ["help", "help", true],
  ],
};
const CUSTOMER = {
  zh: [
    ["报价…", "你好，上次说的报价单方便发我一份吗？", false],
    ["退订", "退订", false],
  ],
  en: [
    ["the quote…", "Hello, could you send me the quote we talked about?", false],
    ["STOP", "STOP", false],
  ],
};

export function hints(language, kind, direct) {
  const found = kind === "member" ? STAFF[language] : CUSTOMER[language];
  if (direct || kind !== "member") return found;
  return found.map(([label, text, now]) => [label, `@crm ${text}`, now]);
}

export function dayName(date, language) {
  const words = WORDS[language];
  const days = Math.round((startOfDay(new Date()) - startOfDay(date)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  const year = date.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
  return new Intl.DateTimeFormat(locale(language), { month: "long", day: "numeric", weekday: "long", ...year }).format(date);
}

export function clockTime(date, language) {
  return new Intl.DateTimeFormat(locale(language), { hour: "2-digit", minute: "2-digit", hour12: false }).format(date);
}

export function locale(language) {
  return language === "zh" ? "zh-CN" : "en-GB";
}

function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
