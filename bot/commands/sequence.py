"""流程/sequence: customers followed up step by step."""

import re
from collections.abc import Callable

from bot.commands import sequence_approval as approval
from bot.commands import sequence_making as making
from bot.commands import sequence_naming as naming
from bot.commands import sequence_people as people
from bot.commands import sequence_results as results
from bot.commands import sequence_texts as texts
from bot.commands.command import Command, Reply, Turn
from bot.language import grammar, noun
from bot.language.phrase import Phrase
from bot.language.phrases import sequence as phrases
from crm_core.chat import Button, Card
from crm_core.errors import NotFound
from crm_core.outreach.sequences import enrolments, plans, sequences
from crm_core.outreach.sequences.tables import Sequence, SequenceState
from crm_core.people.viewer import Right

_Order = Callable[[Turn, str], Reply]

_NUMBER = re.compile(r"#?\s*(\d{1,18})")
_LIST = re.compile(r"列表|全部|所有|list|all", re.IGNORECASE)


def run_sequence(turn: Turn, rest: str) -> Reply:
    """Make one, change it, switch it on and off, put customers in and take them out, or show how it goes."""
    if not rest or _LIST.fullmatch(rest):
        return _list(turn)
    folded = grammar.fold(rest)
    for words, order in _ORDERS:
        found = re.match(rf"(?:{words})(?![a-z0-9_])[\s:,]*", folded)
        if found is not None and not _is_whole_name(turn, rest):
            return order(turn, rest[found.end() :].strip())
    turned = _turned(turn, rest)
    return run_sequence(turn, turned) if turned else _show(turn, rest)


def _turned(turn: Turn, rest: str) -> str:
    """ "Welcome add Ann" as "add Ann Welcome", "3 pause" as "pause #3"; "" for what does not begin with a sequence's
    name or number and go on with an order."""
    folded = grammar.fold(rest)
    number = _NUMBER.match(folded)
    named = [(grammar.fold(each.name), each.name) for each in sequences.everything(turn.session)]
    for name, called in (*named, *([] if number is None else [(number[0], f"#{number[1]}")])):
        order = folded[len(name) :].lstrip() if folded.startswith(name) else ""
        if any(re.match(rf"(?:{words})(?![a-z0-9_])", order) for words, _ in _ORDERS):
            return f"{rest[len(name) :].strip()} {called}"
    return ""


def _is_whole_name(turn: Turn, text: str) -> bool:
    """A sequence may be called "结果" or "New customers"."""
    return "\n" not in text and naming.find(turn, text) is not None


def _list(turn: Turn) -> Reply:
    found = sequences.everything(turn.session)
    if not found:
        return turn.reply(phrases.LIST_NONE)
    items = tuple(f"{each.id}. {_line(turn, each)}" for each in found)
    answers = {str(each.id): turn.say(phrases.SHOW_COMMAND, id=each.id) for each in found}
    return Reply(Card(title=turn.say(phrases.LIST_TITLE), items=items), answers, personal=False)


def _line(turn: Turn, sequence: Sequence) -> str:
    return turn.say(
        phrases.LIST_ITEM,
        name=sequence.name,
        state=turn.say(phrases.STATES[sequence.state]),
        steps=_steps(turn, sequence),
        active=enrolments.count_active(turn.session, sequence, viewer=turn.viewer),
    )


def _steps(turn: Turn, sequence: Sequence) -> str:
    count = len(sequences.in_force(turn.session, sequence).steps)
    return str(count) if turn.language == "zh" else noun.STEPS.count(turn.language, count)


def _show(turn: Turn, rest: str) -> Reply:
    """One sequence; of a customer's name, where they are in. A customer's name is no part of a sequence's."""
    sequence = naming.find(turn, rest)
    if sequence is None:
        try:
            return people.of_customer(turn, rest)
        except NotFound:
            sequence = naming.named(turn, rest)
    newest = sequences.newest(turn.session, sequence)
    plan, waits = plans.of(newest), sequence.version not in {0, newest.number}
    return Reply(
        Card(
            title=naming.title(turn, sequence, newest.number),
            text=approval.standing(turn, sequence) or (turn.say(phrases.WAITS, version=newest.number) if waits else ""),
            fields=texts.terms(turn, plan),
            items=texts.steps(turn, plan),
            buttons=(*approval.deciding(turn, sequence), *_buttons(turn, sequence, waits=waits)),
        ),
        personal=False,
    )


def _buttons(turn: Turn, sequence: Sequence, *, waits: bool) -> tuple[Button, ...]:
    shown = [(phrases.RESULTS_BUTTON, phrases.RESULTS_COMMAND), (phrases.WHO_BUTTON, phrases.WHO_COMMAND)]
    if sequence.state is SequenceState.DRAFT:
        shown = []
    may_steer = sequences.may_steer(sequence, turn.viewer)
    if may_steer:
        shown += _steering(sequence, waits=waits)
    buttons = tuple(Button(turn.say(label), turn.say(command, id=sequence.id)) for label, command in shown)
    return (*buttons, *(approval.withdrawing(turn, sequence) if may_steer else ()))


def _steering(sequence: Sequence, *, waits: bool) -> list[tuple[Phrase, Phrase]]:
    on = (phrases.ON_BUTTON, phrases.ON_COMMAND)
    pause, resume = (phrases.PAUSE_BUTTON, phrases.PAUSE_COMMAND), (phrases.RESUME_BUTTON, phrases.RESUME_COMMAND)
    off = (phrases.OFF_BUTTON, phrases.OFF_COMMAND)
    if sequence.state is SequenceState.ON:
        return [*([on] if waits else []), pause, off]
    return [resume, off] if sequence.state is SequenceState.PAUSED else [on]


#: Words, folded, and what they ask for; the first that fits.
_ORDERS: tuple[tuple[str, _Order], ...] = (
    ("新建|新增|创建|建立|new|create|make", making.new),
    ("修改|编辑|改成|改|edit|change|revise", making.edit),
    ("确认(?:启用)?|confirm", making.confirm),
    ("启用|开启|打开|上线|开始|switch on|turn on|enable|start|on", making.ask_on),
    ("批准|同意|approve", approval.approve),
    ("拒绝|驳回|refuse|reject", approval.refuse),
    ("暂停|pause", making.pause),
    ("继续|恢复|resume|continue", making.resume),
    ("关闭|关掉|停用|下线|switch off|turn off|disable|close|off", making.off),
    ("终止|停止|结束|stop|end", making.stop),
    ("更新在途|更新|升级|move over|move|upgrade", people.move),
    ("加入|添加|加|add|enrol|enroll|put", people.add),
    ("移出|移除|去掉|退出|remove|take out|drop", people.remove),
    ("结果|效果|统计|results?|report", results.show),
    ("在途|成员|名单|谁|who|customers|members", people.who),
    ("查看|看看|看|显示|show|open", _show),
)

COMMANDS = (
    Command(
        name="sequence",
        words=("流程", "sequence", "sop", "跟进流程", "sequences"),
        right=Right.READ,
        writes=True,
        run=run_sequence,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
