"""Problems of `crm_core/outreach/sequences`, and of reading one."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "sequence_not_found": Phrase(
        zh="没有「{name}」这个流程。发送 流程 看全部。", en='There is no sequence "{name}". Send sequence to see all.'
    ),
    "sequence_name_taken": Phrase(
        zh="已经有流程「{name}」了。要修改它，请写：流程 修改 {name}，后面接新的步骤。",
        en='There is a sequence "{name}" already. To change it write: sequence edit {name}, followed by the new steps.',
    ),
    "sequence_name_empty": Phrase(
        zh="流程叫什么？名字里至少要有一个字。例：流程 新建 新客跟进。",
        en="What is the sequence called? A name has at least one letter. For example: sequence new Welcome.",
    ),
    "sequence_name_too_long": Phrase(
        zh="流程的名字太长，最多 {limit} 个字。", en="The name of the sequence is too long: at most {limit} characters."
    ),
    "sequence_no_steps": Phrase(
        zh="还没有步骤。每行写一步，例：3个工作日后：您看了方案吗？",
        en="There are no steps yet. Write one on each line, for example: 3 workdays later: Did you have a look?",
    ),
    "sequence_too_many_steps": Phrase(
        zh="步骤太多，最多 {limit} 步。可以分成两个流程。",
        en="There are too many steps: at most {limit}. Make two sequences of it.",
    ),
    "sequence_step_empty": Phrase(
        zh="第 {number} 步没有内容，请在冒号后面写上。", en="Step {number} has no text. Write it after the colon."
    ),
    "sequence_step_too_long": Phrase(
        zh="第 {number} 步太长，最多 {limit} 个字。", en="Step {number} is too long: at most {limit} characters."
    ),
    "sequence_wait_too_long": Phrase(
        zh="第 {number} 步等得太久，最多 {days} 天。", en="Step {number} waits too long: at most {days} days."
    ),
    "sequence_day_unknown": Phrase(
        zh="第 {number} 步的天数不对：进入当天是第1天。", en="Step {number}: the day of the entry is day 1."
    ),
    "sequence_state": Phrase(
        zh="流程「{name}」现在的状态是「{state}」，不能这样操作。发送 流程 {name} 看能做什么。",
        en='Sequence "{name}" is "{state}" now; that cannot be done. Send sequence {name} to see what can.',
    ),
    "sequence_not_yours": Phrase(
        zh="流程「{name}」不是你建的。请它的创建人、他的经理或管理员来操作。",
        en='Sequence "{name}" is somebody else\'s. Ask whoever made it, their manager or an administrator.',
    ),
    "sequence_not_on": Phrase(
        zh="流程「{name}」没有启用，不能加客户。启用请写：流程 启用 {name}。",
        en='Sequence "{name}" is not on, so nobody enters. To switch it on write: sequence on {name}.',
    ),
    "sequence_needs_second": Phrase(
        zh="现在会有 {entering} 位客户进入，超过 {above} 位要由另一位同事（如经理）来启用。请他发：流程 启用 {name}。",
        en="{entering} customers would enter now; above {above} somebody else switches it on, such as your manager. "
        "Ask them to send: sequence on {name}.",
    ),
    "sequence_nobody_approves": Phrase(
        zh="超过 {above} 位客户马上进入，要由另一位同事批准，但没有别人能批准。"
        "请管理员再加一位能看到这些客户的经理或管理员，或调高 approval_above。",
        en="Where more than {above} customers enter at once somebody else has to agree, and nobody else may. Have an "
        "administrator add a manager or an administrator who sees the same customers, or raise approval_above.",
    ),
    "sequence_refused": Phrase(
        zh="流程「{name}」第 {version} 版被{by}拒绝，不能再次提交。请先修改：流程 修改 {name}，后面接步骤。",
        en='"{name}", version {version}, was refused by {by}, and is not asked for again. Change it first: sequence '
        "edit {name}, followed by the steps.",
    ),
    "sequence_not_asked": Phrase(
        zh="流程「{name}」没有等待批准。要自己启用请写：流程 启用 {name}。",
        en='Sequence "{name}" does not wait for approval. To switch it on yourself write: sequence on {name}.',
    ),
    "sequence_own_approval": Phrase(
        zh="自己写的流程「{name}」要由另一位同事批准。", en='Somebody else has to approve "{name}", which you wrote.'
    ),
    "sequence_author": Phrase(
        zh="{name} 现在没有群发的权限，所以不能替 TA 启用。要自己启用请写：流程 启用，后面接流程的名字。",
        en="{name} may not send broadcasts any more, so it cannot run for them. To switch it on yourself write: "
        "sequence on, with its name.",
    ),
    "sequence_already_in": Phrase(
        zh="{name} 已经在流程「{sequence}」里了。发送 流程 {sequence} 查看。",
        en='{name} is in the sequence "{sequence}" already. Send sequence {sequence} to see it.',
    ),
    "sequence_not_in": Phrase(zh="{name} 不在流程「{sequence}」里。", en='{name} is not in the sequence "{sequence}".'),
    "sequence_opted_out": Phrase(
        zh="{name} 退订了，不能加入流程。", en="{name} opted out, and cannot be put into a sequence."
    ),
    "sequence_line_unclear": Phrase(
        zh="第 {number} 行看不懂：「{line}」。每步这样写：3个工作日后 10:00，没回复：内容。",
        en='Line {number} is not clear: "{line}". Write a step like this: 3 workdays later 10:00, if no reply: text.',
    ),
    "sequence_line_doubtful": Phrase(
        zh="第 {number} 行像是新的一步，但看不懂：「{line}」。每步这样写：3个工作日后 10:00，没回复：内容。"
        "如果它是上一步的内容，请分行写，并在它前面加两个空格。",
        en='Line {number} looks like a step and is not clear: "{line}". Write a step like this: 3 workdays later '
        "10:00, if no reply: text. If it belongs to the text before it, write line by line and put two blanks in front "
        "of it.",
    ),
    "sequence_line_late": Phrase(
        zh="第 {number} 行要写在第一步之前：「{line}」。如果它是上一步的内容，请分行写，并在它前面加两个空格。",
        en='Line {number} belongs before the first step: "{line}". If it is part of the text before it, write line by '
        "line and put two blanks in front of it.",
    ),
    "sequence_wait_unclear": Phrase(
        zh="第 {number} 步什么时候做，看不懂：「{wait}」。例：3个工作日后 10:00。",
        en='When step {number} is due is not clear: "{wait}". For example: 3 workdays 10:00.',
    ),
    "sequence_exit_unknown": Phrase(
        zh="退出条件「{word}」看不懂。可以写：回复、阶段名（如 成交），或 回复不退出。",
        en='"{word}" is no way to leave. Write: reply, a stage such as won, or: not on reply.',
    ),
    "sequence_file_unclear": Phrase(
        zh="流程文件有问题：{reason}。写法见 docs/sequences.zh-CN.md。",
        en="The file of sequences cannot be used: {reason}. See docs/sequences.md for how it is written.",
    ),
}
