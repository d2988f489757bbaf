"""What 回复客服 says, what cards say of an open window, and why an answer did not arrive."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="回复客服 名字: 内容\n回复客服 #12 您好，马上发您", en="reply NAME: TEXT\nreply #12 I am sending it now"
)
SUMMARY = Phrase(
    zh="以客服账号回复客户（客户每次来信后 48 小时内最多 5 条）",
    en="answer a customer as the company's account (five times within 48 hours of what they wrote)",
)
WORD = Phrase(zh="回复客服", en="reply")
WHAT = Phrase(
    zh="回复{name}什么？直接写内容，或回复 取消。（{left}）",
    en="Answer {name} what? Just write it, or say cancel. ({left})",
)
COMMAND = Phrase(zh="回复客服 #{id}: {{}}", en="reply #{id}: {{}}")
SENDING = Phrase(zh="正在发给{name}：{text}", en="On its way to {name}: {text}")
LEFT = Phrase(zh="还可回复 {count} 条，{span}内有效", en="{count} more within {span}")
USED_UP = Phrase(zh="5 条已用完，等客户再来信", en="all five used, until they write again")
CLOSED = Phrase(zh="已过 48 小时，等客户再来信", en="more than 48 hours ago, until they write again")
FIELD = Phrase(zh="微信客服", en="WeChat service")
BUTTON = Phrase(zh="回复客服", en="Reply")
BUTTON_COMMAND = Phrase(zh="回复客服 #{id}", en="reply #{id}")

FAILED = Phrase(zh="给{name}的客服回复没有送达", en="Your answer to {name} did not arrive")
UNSURE = Phrase(
    zh="不知道客户收到没有：企业微信没有回音，为免重复没有再发。请在客户端里看一眼，需要的话再回复一次。",
    en="Nobody knows whether it arrived: WeCom did not answer, and it is not sent twice. Look in the client, and "
    "answer again if need be.",
)
OTHER = Phrase(
    zh="企业微信拒绝了（{reason}）。请换个说法再试，或在客户端里联系客户。",
    en="WeCom refused ({reason}). Try other words, or write to the customer in the client.",
)
#: The platform's reason → why, and the mend.
WHY = {
    "outcome_unknown": UNSURE,
    "errcode 95001": Phrase(
        zh="客户来信后已经回复了 5 条。等客户再来信，或在客户端里联系。",
        en="They were answered five times since they wrote. Wait until they write again, or write in the client.",
    ),
    "errcode 95002": Phrase(
        zh="客户上次来信已超过 48 小时。等客户再来信，或打电话联系。",
        en="It is more than 48 hours since they wrote. Wait until they write again, or call them.",
    ),
    "errcode 95013": Phrase(
        zh="这次客服会话已经结束。等客户再来信。", en="The session is over. Wait until they write again."
    ),
    "errcode 95018": Phrase(
        zh="这位客户正由同事人工接待。请在客户端里回复，或等接待结束。",
        en="A colleague is serving this customer. Answer in the client, or wait until they are done.",
    ),
    "fail_type 4": Phrase(
        zh="客户上次来信已超过 48 小时。等客户再来信。", en="It is more than 48 hours since they wrote."
    ),
    "fail_type 6": Phrase(
        zh="客户来信后已经回复了 5 条。等客户再来信。", en="They were answered five times since they wrote."
    ),
    "fail_type 10": Phrase(
        zh="客户拒收了客服消息。请换个方式联系。", en="They do not take messages of the account. Reach them otherwise."
    ),
}
