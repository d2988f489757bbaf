"""What the REST API says itself, beside the problems of the core."""

from bot.language.phrase import Phrase

TOKEN_NEEDED = Phrase(
    zh="请带上 Authorization: Bearer <token>，token 是配置里 [[api.tokens]] 的一个。",
    en="Send 'Authorization: Bearer <token>' with a token of [[api.tokens]].",
)
TOO_LARGE = Phrase(zh="请求太大，最多 {limit}。", en="The request is too large: at most {limit}.")
NO_JSON = Phrase(zh="请求的内容不是有效的 JSON。", en="The body is no valid JSON.")
NUL = Phrase(zh="文字里不能有 NUL 字符", en="a NUL character is no text")
#: Refusals whose mend in the chat is a word or a button: here it is a request.
MENDS = {
    "customer_duplicate": Phrase(
        zh="{value} 已经是客户 #{id} {name} 的了。修改他用 PATCH /customers/{id}；确实是另一位，就换一个值或不带它。",
        en="{value} belongs to customer #{id} {name} already. Change that one with PATCH /customers/{id}; for somebody"
        " else give another value, or leave it out.",
    ),
    "contacts_too_many": Phrase(
        zh="联系方式太多，每种最多 {limit} 个。请少给几个，或先用 PATCH /customers/编号 去掉一个，"
        '例如 {{"phone": "-13800138000"}}。',
        en="Too many: at most {limit} of each kind. Give fewer, or take one away first with PATCH /customers/{{id}},"
        ' such as {{"phone": "-13800138000"}}.',
    ),
    "company_has_members": Phrase(
        zh="{name} 下面还有联系人，不能改成个人。先对每位联系人用 PATCH /customers/编号 改 company。",
        en="People belong to {name}, so it cannot become a person. Give each of them another company first: PATCH"
        " /customers/{{id}}.",
    ),
    "tag_name_is_segment": Phrase(
        zh="「{name}」已经是一个分组的名字，不能当标签。换一个标签名；分组可以直接写进 POST /broadcasts 的 segment。",
        en='"{name}" is the name of a segment, so no tag can have it. Choose another name; a segment can be the'
        ' "segment" of POST /broadcasts.',
    ),
    "nudge_closed": Phrase(
        zh="提醒 {id} 已经结束，不再发送。需要的话用 POST /nudges 新建一条。",
        en="Reminder {id} is closed and is not sent any more. Make a new one with POST /nudges if you need it.",
    ),
    "delivery_not_failed": Phrase(
        zh="消息 #{id} 不是退信：它已发出，或者还在路上。没送达的在 GET /deliveries/undelivered。",
        en="Message #{id} did not fail: it arrived, or is on its way. Those that did are listed by"
        " GET /deliveries/undelivered.",
    ),
    "broadcast_state": Phrase(
        zh="群发 {id} 现在是「{state}」，不能这样操作。GET /broadcasts/{id} 是它的状态；"
        "已结束或取消的用 POST /broadcasts 另发。",
        en='Broadcast {id} is "{state}" now; that cannot be done. GET /broadcasts/{id} shows its state; after one that'
        " is over or cancelled send another with POST /broadcasts.",
    ),
    "broadcast_refused": Phrase(
        zh="群发 {id} 被拒绝了，不会发送，也不能再操作。改好以后，用 POST /broadcasts 另发。",
        en="Broadcast {id} was refused: it is not sent, and nothing more can be done with it. Change what was wrong and"
        " send another with POST /broadcasts.",
    ),
    "broadcast_nobody_approves": Phrase(
        zh="超过 {above} 位客户的群发要由另一位同事批准，但没有人能批准。请管理员再加一位能看到全部客户的同事"
        "（如管理员），或调高 approval_above；"
        "也可以把 POST /broadcasts 的 segment 写小一些，分几次发。",
        en="To more than {above} customers somebody has to approve it, and nobody may. Have an administrator add"
        " somebody who sees all customers, such as another administrator, or raise approval_above; or send to smaller"
        " segments with POST /broadcasts, one after the other.",
    ),
    "broadcast_not_over": Phrase(
        zh="群发 {id} 还没有结束。等 GET /broadcasts/{id} 说结束，或先 POST /broadcasts/{id}/cancel，再重发没发到的。",
        en="Broadcast {id} is not over. Wait until GET /broadcasts/{id} says it is, or POST /broadcasts/{id}/cancel"
        " first.",
    ),
    "sequence_name_taken": Phrase(
        zh="已经有流程「{name}」了。换一个名字；要修改它，用 GET /sequences 找到编号，再 PUT /sequences/编号。",
        en='There is a sequence "{name}" already. Choose another name, or find its number with GET /sequences and'
        " change it with PUT.",
    ),
    "sequence_state": Phrase(
        zh="流程「{name}」现在的状态是「{state}」，不能这样操作。状态见 GET /sequences；"
        "草稿先用 …/on 启用，暂停的用 …/resume 继续。",
        en='Sequence "{name}" is "{state}" now; that cannot be done. GET /sequences shows the states; …/on switches a'
        " draft on, …/resume goes on with a paused one.",
    ),
    "sequence_needs_second": Phrase(
        zh="现在会有 {entering} 位客户进入，超过 {above} 位就不由接口启用。请一位同事在聊天里发：流程 启用 {name}。"
        "GET /sequences/编号/preview 是人数；用 PUT /sequences/编号 改小进入条件也可以。",
        en="{entering} customers would enter now; above {above} no program switches it on. Ask a colleague to send in"
        ' the chat: sequence on {name}. GET /sequences/{{id}}/preview shows how many would enter; a narrower "enter"'
        " with PUT /sequences/{{id}} makes them fewer.",
    ),
    "sequence_not_on": Phrase(
        zh="流程「{name}」没有启用，不能加客户。先用 POST /sequences/编号/on 启用。",
        en='Sequence "{name}" is not on, so nobody enters. Switch it on first: POST /sequences/{{id}}/on.',
    ),
    "sequence_already_in": Phrase(
        zh="{name} 已经在流程「{sequence}」里了。在途的见 GET /sequences/编号/customers；"
        "要重新开始，先用 DELETE 移出。",
        en='{name} is in the sequence "{sequence}" already: GET /sequences/{{id}}/customers shows them. To begin anew'
        " take them out with DELETE first.",
    ),
}
YEAR = Phrase(zh="年份要在 1970 到 2200 之间", en="the year is between 1970 and 2200")
