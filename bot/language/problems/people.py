"""Problems of `crm_core/people`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "right_missing": Phrase(
        zh="你的角色没有这个权限({right})。请联系管理员。",
        en="Your role does not allow this ({right}). Ask an administrator.",
    ),
    "nothing_to_undo": Phrase(zh="没有可以撤销的操作。", en="There is nothing to undo."),
    "undo_expired": Phrase(
        zh="超过 {minutes} 分钟,不能撤销了。可以用 改/set 直接改回来。",
        en="That was more than {minutes} minutes ago and cannot be undone. Change it back with set.",
    ),
    "already_undone": Phrase(zh="这个操作已经撤销过了。", en="This was undone already."),
    "changed_meanwhile": Phrase(
        zh="这条记录之后又被改过,不能整体撤销。请用 历史/history 查看后再改。",
        en="The record was changed again since, so this cannot be undone as a whole. Look at its history, then set it.",
    ),
}
