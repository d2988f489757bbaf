"""Problems of `crm_core/people`."""

from bot.language.phrase import Phrase

#: What each right is for; by its value, since languages are loaded without the database.
RIGHTS: dict[str, Phrase] = {
    "read": Phrase(zh="查看客户", en="see customers"),
    "write": Phrase(zh="修改客户", en="change customers"),
    "assign": Phrase(zh="转交客户", en="hand customers over"),
    "broadcast": Phrase(zh="群发", en="send broadcasts"),
    "import": Phrase(zh="导入", en="import"),
    "export": Phrase(zh="导出", en="export"),
    "admin": Phrase(zh="管理机器人", en="run the bot"),
}

PROBLEMS: dict[str, Phrase] = {
    "right_missing": Phrase(
        zh="你的角色没有这个权限：{right}。请联系管理员。",
        en="Your role does not let you {right}. Ask an administrator.",
    ),
    "nothing_to_undo": Phrase(zh="没有可以撤销的操作。", en="There is nothing to undo."),
    "undo_expired": Phrase(
        zh="超过 {minutes} 分钟，不能撤销了。可以用 改/set 直接改回来。",
        en="That was more than {minutes} minutes ago and cannot be undone. Change it back with set.",
    ),
    "already_undone": Phrase(
        zh="这个操作已经撤销过了。改过什么，用 历史/history 查看。",
        en="This was undone already. Its customer's history shows what was changed.",
    ),
    "changed_meanwhile": Phrase(
        zh="这条记录之后又被改过，不能整体撤销。请用 历史/history 查看后再改。",
        en="The record was changed again since, so this cannot be undone as a whole. Look at its history, then set it.",
    ),
    "staff_not_found": Phrase(
        zh="没有叫「{name}」的同事。请检查名字。", en='There is no colleague called "{name}". Check the name.'
    ),
    "staff_inactive": Phrase(
        zh="{name} 已经离职或停用。请选别的同事。", en="{name} is no longer active. Choose another colleague."
    ),
    "staff_name_taken": Phrase(
        zh="已经有同事叫 {name} 了。请加上区别，例如 {name}（上海）。",
        en=(
            "There is a colleague called {name} already. Add something "
            "to tell them apart, for example {name} (Shanghai)."
        ),
    ),
    "staff_email_taken": Phrase(
        zh="这个邮箱已经是 {name} 的。请换一个。",
        en="This e-mail is {name}'s already. Use another one.",
    ),
    "handle_taken": Phrase(
        zh="这个账号已经是 {name} 的。请换一个，或先从 {name} 那里去掉。",
        en="This account is already {name}'s. Use another one, or take it from {name} first.",
    ),
    "last_admin": Phrase(
        zh="{name} 是最后一位管理员。请先设另一位管理员。",
        en="{name} is the last administrator. Make somebody else one first.",
    ),
    "timezone_unknown": Phrase(
        zh="不认识时区「{text}」。请写成 Asia/Shanghai 这样。",
        en='The time zone "{text}" is not known. Write it like Asia/Shanghai.',
    ),
    "language_unknown": Phrase(
        zh="不支持语言「{text}」。可以是：中文（zh）、英文（en）。",
        en='The language "{text}" is not spoken here. Use Chinese (zh) or English (en).',
    ),
    "hour_invalid": Phrase(zh="「{text}」不是一个钟点。请写 0 到 23。", en='"{text}" is not an hour. Use 0 to 23.'),
}
