"""Problems of `crm_core/conversations`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "message_malformed": Phrase(
        zh="这条消息没有编号，或者编号太长，没有记录。请检查消息的来源。",
        en="This message has no id, or one that is too long, and was not recorded. Check where it comes from.",
    ),
    "envelope_not_text": Phrase(
        zh="平台发来的内容含有不能保存的字符，已单独存放。请检查消息的来源。",
        en="What the platform sent holds characters that cannot be stored; it is set aside. Check where it comes from.",
    ),
    "envelope_with_several_requests": Phrase(
        zh="一次投递里有几条给机器人的消息，已单独存放。请分开发送。",
        en="One delivery held several messages for the bot and is set aside. Send them one by one.",
    ),
    "search_too_short": Phrase(
        zh="一个字太宽泛了。请至少输入两个字，或者先说明是哪个客户，例如：历史 张三 税。",
        en="One character is too little to search everything. Type at least two, or name a customer first.",
    ),
    "query_too_long": Phrase(
        zh="查找内容太长了（最多 {limit} 个字）。请只写关键的几个字。",
        en="That is too long to search for (at most {limit} characters). Keep the few words that matter.",
    ),
    "note_empty": Phrase(zh="备注是空的。请写上内容。", en="The note is empty. Write something in it."),
    "note_too_long": Phrase(
        zh="备注太长，最多 {limit} 个字。请分成几条。",
        en="The note is too long: at most {limit} characters. Make several of it.",
    ),
    "conversation_taken": Phrase(
        zh="这个会话已经关联到 {owner} 的客户。请联系 {owner} 或你的主管。",
        en="This conversation is linked to a customer of {owner}. Ask {owner} or your manager.",
    ),
    "message_taken": Phrase(
        zh="这条消息已经归在 {owner} 的客户名下。请联系 {owner} 或你的主管。",
        en="This message belongs to a customer of {owner}. Ask {owner} or your manager.",
    ),
    "cursor_invalid": Phrase(
        zh="翻页的标记不对。请用上一页给出的标记。", en="This is not a cursor. Use the one the page before has given."
    ),
}
