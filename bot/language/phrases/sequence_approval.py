"""What 流程/sequence says where somebody else has to agree before very many customers enter at once."""

from bot.language.phrase import Phrase

FIELD = Phrase(zh="批准", en="Approval")
NEEDED = Phrase(
    zh="超过 {customers}马上进入，要由另一位同事批准：{names}",
    en="more than {customers} would enter at once, so a colleague has to agree: {names}",
)
CONFIRM = Phrase(zh="提交批准", en="Ask for approval")
ASK = Phrase(
    zh="回复“是”提交批准，批准后客户才会进入。", en="Answer yes to ask for approval; customers enter once it is given."
)
ASKED = Phrase(
    zh="流程「{name}」第 {version} 版有超过 {above} 位客户马上进入，要由另一位同事批准。"
    "已经请{names}看了，有结果会告诉你。",
    en='More than {above} customers would enter "{name}", version {version}, at once, so somebody else has to agree. '
    "Asked: {names}; you will be told.",
)
WAITS = Phrase(zh="第 {version} 版等同事批准：{names}", en="Version {version} waits for approval: {names}")
REFUSED_BY = Phrase(
    zh="第 {version} 版被{by}拒绝。修改后可以再启用。",
    en="Version {version} was refused by {by}. Change it, and switch it on again.",
)
TITLE = Phrase(
    zh="{by}想启用流程「{name}」第 {version} 版，请批准",
    en='{by} wants to switch on the sequence "{name}", version {version}: your approval',
)
APPROVE = Phrase(zh="批准", en="Approve")
APPROVE_COMMAND = Phrase(zh="流程 批准 #{id} {version} ({count})", en="sequence approve #{id} {version} ({count})")
DECIDE_COMMAND = Phrase(zh="流程 批准 #{id}", en="sequence approve #{id}")
DECIDE = Phrase(zh="回复“{call}是”批准，“{call}否”拒绝。", en="Answer {call}yes to approve, {call}no to refuse.")
REFUSE = Phrase(zh="拒绝", en="Refuse")
REFUSE_COMMAND = Phrase(zh="流程 拒绝 #{id} {version}", en="sequence refuse #{id} {version}")
LOOK = Phrase(zh="看流程", en="Look at it")
APPROVED = Phrase(
    zh="流程「{name}」第 {version} 版已批准并启用，{by}的客户正在进入。",
    en='Sequence "{name}", version {version}, is approved and on; customers of {by} are entering.',
)
REFUSED = Phrase(
    zh="流程「{name}」第 {version} 版已拒绝，没有客户进入。",
    en='Sequence "{name}", version {version}, is refused; nobody enters.',
)
WAS_APPROVED = Phrase(
    zh="{by}批准了流程「{name}」第 {version} 版（{state}）。",
    en='{by} approved the sequence "{name}", version {version} ({state}).',
)
TAKEN_OVER = Phrase(
    zh="{by}启用了流程「{name}」第 {version} 版（{state}），进入的是{by}能看到的客户。你的申请不再需要批准。",
    en='{by} switched on the sequence "{name}", version {version} ({state}), for the customers {by} sees. Your request '
    "needs no approval any more.",
)
WAS_WITHDRAWN = Phrase(
    zh="{by}修改、暂停或关闭了流程「{name}」，第 {version} 版不再等待批准。",
    en='{by} changed, paused or switched off the sequence "{name}": version {version} does not wait for approval any '
    "more.",
)
WITHDRAW = Phrase(zh="撤回申请", en="Withdraw the request")
WITHDRAW_COMMAND = Phrase(zh="流程 关闭 #{id} {version}", en="sequence off #{id} {version}")
WITHDRAWN = Phrase(
    zh="流程「{name}」第 {version} 版的批准申请已撤回。",
    en='The request for approval of "{name}", version {version}, is withdrawn.',
)
WAS_REFUSED = Phrase(
    zh="{by}拒绝了流程「{name}」第 {version} 版，没有客户因此进入。修改后可以再启用。",
    en='{by} refused the sequence "{name}", version {version}; nobody enters by it. Change it, and switch it on again.',
)
FILE_ASKED = Phrase(
    zh="{name} 第 {version} 版：{steps} 步，启用后会有 {entering} 人进入，要由同事批准，已经请{names}看了。",
    en="{name}, version {version}: {steps} steps; {entering} would enter, so a colleague has to agree; asked: {names}.",
)
