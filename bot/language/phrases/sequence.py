"""What 流程/sequence says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="流程 新建 新客跟进\n进入：潜在 & !流失\n退出：回复、成交\n立刻：您好{{name|}}，我是{{owner|我们}}\n"
    "3个工作日后 10:00，没回复：上次的方案您看了吗？\n第7天 提醒：给客户打个电话\n"
    "流程\n流程 新客跟进\n流程 修改 新客跟进\n流程 启用|暂停|继续|关闭|终止 新客跟进\n"
    "流程 批准|拒绝 新客跟进\n流程 加 张三 到 新客跟进\n流程 移出 张三 新客跟进\n流程 结果|在途|更新 新客跟进",
    en="sequence new Welcome\nenter: lead & !lost\nexit: reply, won\n"
    "at once: Hello {{name|there}}, I am {{owner|with us}}\n"
    "3 workdays later 10:00, if no reply: Did you have a look?\nday 7 remind: call them\n"
    "sequence\nsequence Welcome\nsequence edit Welcome\nsequence on|pause|resume|off|stop Welcome\n"
    "sequence approve|refuse Welcome\nsequence add Alice to Welcome\n"
    "sequence remove Alice from Welcome\nsequence results|who|move Welcome",
)
SUMMARY = Phrase(
    zh="按步骤自动跟进客户：隔几天发一条、没回复再提醒；先预览，启用后才开始",
    en="Follow up step by step: a message, a wait, a reminder; previewed first, and running once switched on",
)
LIST_TITLE = Phrase(zh="流程", en="Sequences")
LIST_NONE = Phrase(
    zh="还没有流程。例：\n流程 新建 新客跟进\n进入：潜在\n立刻：您好{{name|}}\n3个工作日后：上次的方案您看了吗？",
    en="There are no sequences yet. For example:\nsequence new Welcome\nenter: lead\nat once: Hello {{name|there}}\n"
    "3 workdays later: Did you have a look?",
)
LIST_ITEM = Phrase(
    zh="{name} · {state} · {steps} 步 · 在途 {active}", en="{name} · {state} · {steps} · {active} under way"
)
NO_STEPS = Phrase(
    zh="请写出步骤，每行一步。例：\n流程 新建 {name}\n进入：潜在\n立刻：您好{{name|}}\n"
    "3个工作日后，没回复：您看了方案吗？\n第7天 提醒：打个电话",
    en="Write the steps, one on each line. For example:\nsequence new {name}\nenter: lead\n"
    "at once: Hello {{name|there}}\n"
    "3 workdays later, if no reply: Did you have a look?\nday 7 remind: call them",
)
TITLE = Phrase(zh="流程「{name}」第 {version} 版 · {state}", en='Sequence "{name}", version {version} · {state}')
MADE = Phrase(zh="流程「{name}」第 {version} 版已存为草稿", en='Sequence "{name}", version {version}, is a draft now')
SAME = Phrase(zh="流程「{name}」没有变化", en='Sequence "{name}" is as it was')
SEVERAL = Phrase(
    zh="「{name}」可能是：{names}。请写全一点，或写编号。",
    en='"{name}" could be: {names}. Write more of it, or its number.',
)
WAITS = Phrase(
    zh="第 {version} 版改好了还没启用；进入的客户仍用旧版",
    en="Version {version} waits to be switched on; until then customers begin the old one",
)
ENTRY = Phrase(zh="进入", en="Enters")
BY_HAND = Phrase(zh="只手动加入", en="by hand alone")
EXIT = Phrase(zh="退出", en="Leaves on")
EXIT_ALWAYS = Phrase(zh="退订、流失、合并", en="opt-out, lost, merged")
EXIT_REPLY = Phrase(zh="回复", en="reply")
STEP = Phrase(zh="{number}. {wait}{condition} {what}{text}", en="{number}. {wait}{condition} {what}{text}")
IF_NO_REPLY = Phrase(zh="，没回复才", en=", if no reply")
REMINDS = Phrase(zh="提醒负责人：", en="remind the owner: ")
SAYS = Phrase(zh="发给客户：", en="message: ")
AT_ONCE = Phrase(zh="立刻", en="at once")
AT = Phrase(zh=" {at}", en=" at {at}")
SAME_DAY = Phrase(zh="当天", en="the same day")
WAIT = {
    "minutes": Phrase(zh="{count} 分钟后", en="{count} min later"),
    "hours": Phrase(zh="{count} 小时后", en="{count} h later"),
    "days": Phrase(zh="{count} 天后", en="{count} d later"),
    "workdays": Phrase(zh="{count} 个工作日后", en="{count} workdays later"),
    "day_number": Phrase(zh="第 {count} 天", en="day {count}"),
}
STATES = {
    "draft": Phrase(zh="草稿", en="draft"),
    "on": Phrase(zh="启用中", en="on"),
    "paused": Phrase(zh="已暂停", en="paused"),
    "off": Phrase(zh="已关闭", en="off"),
    "stopped": Phrase(zh="已终止", en="stopped"),
}
NOW = Phrase(zh="现在进入", en="Entering now")
FIRST = Phrase(zh="{customers}：{names}", en="{customers}: {names}")
FIRST_MORE = Phrase(zh="{customers}：{names} 等", en="{customers}: {names} …")
LEFT_OUT = Phrase(zh="其中收不到消息", en="Of them without a message")
MENDED_STEP = Phrase(
    zh="第 {number} 步（照现在的写法 {count} 位收不到）：{text}",
    en="step {number} ({count} would not get it as it is): {text}",
)
WITHOUT_NAME = Phrase(zh="请写成不带名字的一句话", en="write it without a name")
ASK = Phrase(
    zh="回复“是”启用：现在符合的客户马上进入，以后符合的自动进入。",
    en="Answer yes to switch it on: those who match enter now, and others as soon as they do.",
)
ASK_BY_HAND = Phrase(
    zh="回复“是”启用，之后可以写：流程 加 张三 到 {name}",
    en="Answer yes to switch it on; then: sequence add Alice to {name}",
)
TIGHT = Phrase(
    zh="注意：一周内会超过 {limit} 条消息，多出的会因为频次上限不发。",
    en="Mind: that is more than {limit} messages a week; those beyond the cap are left out.",
)
CHANGED = Phrase(
    zh="刚才预览之后有变化（人数或内容），请再确认一次。",
    en="Something changed since the preview (who, or what): please confirm again.",
)
ON = Phrase(
    zh="流程「{name}」第 {version} 版已启用，{customers}正在进入。",
    en='Sequence "{name}", version {version}, is on; {customers} entering.',
)
PAUSED = Phrase(
    zh="流程「{name}」已暂停：没有人进入，也没有人往下走。",
    en='Sequence "{name}" is paused: nobody enters, nobody goes on.',
)
RESUMED = Phrase(zh="流程「{name}」继续。", en='Sequence "{name}" goes on.')
OFF = Phrase(
    zh="流程「{name}」已关闭：不再有人进入，在途的 {active} 人会走完。",
    en='Sequence "{name}" is off: nobody enters any more; {active} under way go on to the end.',
)
STOPPED = Phrase(
    zh="流程「{name}」已终止：在途的 {active} 人不再往下走。",
    en='Sequence "{name}" is stopped: {active} under way go no further.',
)
ADDED = Phrase(
    zh="{name} 进入流程「{sequence}」，第一步：{when}",
    en='{name} enters the sequence "{sequence}"; the first step: {when}',
)
REMOVED = Phrase(zh="{name} 已移出流程「{sequence}」。", en='{name} is out of the sequence "{sequence}".')
ALREADY = Phrase(zh="{name} 已经在流程「{sequence}」里了。", en='{name} is in the sequence "{sequence}" already.')
MOVED = Phrase(
    zh="{customers}改用第 {version} 版，从各自的那一步继续。",
    en="{customers} go on with version {version}, each at their step.",
)
MOVED_MORE = Phrase(zh="还有 {count} 人没改完，请再来一次。", en="{count} are left: please say it again.")
NONE_BEHIND = Phrase(zh="在途的客户都已经是第 {version} 版。", en="Everybody under way has version {version} already.")
WHICH = Phrase(
    zh="哪个流程？请写上名字，例：流程 加 {customer} 到 {name}",
    en="Which sequence? Name it: sequence add {customer} to {name}",
)
WHICH_NONE = Phrase(zh="没有启用中的流程。发送 流程 看全部。", en="No sequence is on. Send sequence to see all.")
WHO_TITLE = Phrase(zh="流程「{name}」在途 {customers}", en='Sequence "{name}": {customers} under way')
WHO_NONE = Phrase(zh="流程「{name}」现在没有人在途。", en='Nobody is under way in the sequence "{name}".')
WHO_ITEM = Phrase(zh="{name} #{id} · 第 {number} 步 {when}", en="{name} #{id} · step {number} {when}")
WHO_SENDING = Phrase(zh="发送中", en="being sent")
WHO_MORE = Phrase(zh="只显示前 {count} 位。", en="The first {count} are shown.")
OF_TITLE = Phrase(zh="{name} 在这些流程里", en="{name} is in these sequences")
OF_NONE = Phrase(zh="{name} 不在任何流程里。", en="{name} is in no sequence.")
OF_ITEM = Phrase(zh="{sequence} · 第 {number} 步 {when}", en="{sequence} · step {number} {when}")
RESULTS = Phrase(zh="流程「{name}」第 {version} 版的结果", en='Results of "{name}", version {version}')
RESULT_ALL = Phrase(
    zh="进入 {entered} · 在途 {active} · 走完 {finished} · 回复 {replied}",
    en="{entered} entered · {active} under way · {finished} finished · {replied} replied",
)
RESULT_LEFT = Phrase(zh="退出", en="Left")
RESULT_STEP = Phrase(
    zh="{number}. {text} — 已发 {reached}，回复 {replied}", en="{number}. {text} — sent {reached}, replied {replied}"
)
RESULT_WAITING = Phrase(zh="，等待 {count}", en=", waiting {count}")
RESULT_MISSED = Phrase(zh="，没发 {count}（{reasons}）", en=", not sent {count} ({reasons})")
RESULT_GONE = Phrase(zh="，退出 {count}", en=", left {count}")
RESULT_BEHIND = Phrase(
    zh="另有 {count} 人还在用旧版；管理员可以写：流程 更新 {name}",
    en="{count} more go by an older version; an administrator may write: sequence move {name}",
)
LEAVING = {
    "replied": Phrase(zh="回复 {count}", en="{count} replied"),
    "stage": Phrase(zh="到了阶段 {count}", en="{count} reached a stage"),
    "opted_out": Phrase(zh="退订 {count}", en="{count} opted out"),
    "merged": Phrase(zh="合并 {count}", en="{count} merged"),
    "lost": Phrase(zh="流失 {count}", en="{count} lost"),
    "removed": Phrase(zh="移出 {count}", en="{count} taken out"),
    "stopped": Phrase(zh="终止 {count}", en="{count} stopped"),
}
MISSED = {
    "replied": Phrase(zh="已回复", en="replied"),
    "nothing_sent": Phrase(zh="之前的消息都没发出", en="no message before it went out"),
    "no_owner": Phrase(zh="没有负责人", en="no owner"),
    "sequence_left": Phrase(zh="已退出", en="left"),
}
ON_BUTTON = Phrase(zh="启用", en="Switch on")
ON_COMMAND = Phrase(zh="流程 启用 #{id}", en="sequence on #{id}")
CONFIRM = Phrase(zh="确认启用", en="Switch it on")
CONFIRM_COMMAND = Phrase(zh="流程 确认 #{id} {version} ({count})", en="sequence confirm #{id} {version} ({count})")
NOT_NOW = Phrase(zh="先不", en="Not now")
NOT_NOW_COMMAND = Phrase(zh="流程 #{id}", en="sequence #{id}")
SHOW_COMMAND = Phrase(zh="流程 #{id}", en="sequence #{id}")
PAUSE_BUTTON = Phrase(zh="暂停", en="Pause")
PAUSE_COMMAND = Phrase(zh="流程 暂停 #{id}", en="sequence pause #{id}")
RESUME_BUTTON = Phrase(zh="继续", en="Resume")
RESUME_COMMAND = Phrase(zh="流程 继续 #{id}", en="sequence resume #{id}")
OFF_BUTTON = Phrase(zh="关闭", en="Off")
OFF_COMMAND = Phrase(zh="流程 关闭 #{id}", en="sequence off #{id}")
RESULTS_BUTTON = Phrase(zh="结果", en="Results")
RESULTS_COMMAND = Phrase(zh="流程 结果 #{id}", en="sequence results #{id}")
WHO_BUTTON = Phrase(zh="在途", en="Under way")
WHO_COMMAND = Phrase(zh="流程 在途 #{id}", en="sequence who #{id}")
OPEN_COMMAND = Phrase(zh="查 #{id}", en="find #{id}")
REMOVE_COMMAND = Phrase(zh="流程 移出 #{customer} #{id}", en="sequence remove #{customer} from #{id}")
REMOVE_BUTTON = Phrase(zh="移出 {sequence}", en="Take out of {sequence}")
FILE_DRAFT = Phrase(
    zh="{name} 第 {version} 版：{steps} 步，还没启用；启用后现在有 {entering} 人进入。",
    en="{name}, version {version}: {steps} steps, not switched on; {entering} would enter now.",
)
FILE_ON = Phrase(
    zh="{name} 第 {version} 版：{steps} 步，已启用，{entering} 人正在进入。",
    en="{name}, version {version}: {steps} steps, is on; {entering} entering now.",
)
