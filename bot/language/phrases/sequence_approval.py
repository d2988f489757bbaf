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
APPROVE_COMMAND = Phrase(zh="流程 批准 #{id}", en="sequence approve #{id}")
REFUSE = Phrase(zh="拒绝", en="Refuse")
REFUSE_COMMAND = Phrase(zh="流程 拒绝 #{id}", en="sequence refuse #{id}")
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
    zh="{by}批准了流程「{name}」第 {version} 版，客户正在进入。",
    en='{by} approved the sequence "{name}", version {version}; customers are entering.',
)
WAS_REFUSED = Phrase(
    zh="{by}拒绝了流程「{name}」第 {version} 版，没有客户进入。修改后可以再启用。",
    en='{by} refused the sequence "{name}", version {version}; nobody enters. Change it, and switch it on again.',
)
FILE_ASKED = Phrase(
    zh="{name} 第 {version} 版：{steps} 步，启用后会有 {entering} 人进入，要由同事批准，已经请{names}看了。",
    en="{name}, version {version}: {steps} steps; {entering} would enter, so a colleague has to agree; asked: {names}.",
)
