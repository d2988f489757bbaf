"""Acting as the people of the sample company, line by line: for trying the bot by hand."""

import time
from collections.abc import Callable

from tests.fakes.slack.acknowledged import Outcome
from tests.fakes.slack.elements import NotThere
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.judge import Judge
from tests.fakes.slack.messages import Message
from tests.fakes.slack.people import User
from tests.fakes.slack.person import Person
from tests.fakes.slack.places import Surface
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample

HELP = """\
as NAME             act as alice, bob, charlie, gina (a guest) or erin (of Acme)      换一个人
in #CHANNEL         go to a channel; in dm: to the chat with the bot                  进频道
invite, remove      bring the bot into this channel, take it out                      请进,请出机器人
say TEXT            write it here; @crm TEXT mentions the bot                         说话
reply TEXT          answer the latest message in its thread                           回复
/crm TEXT           type a command                                                    输入命令
look                what this person sees here; look home, look form                  看看
click LABEL         press a button; home click LABEL, form click LABEL                按按钮
choose LABEL = OPTION   pick an option; of a type-ahead: LABEL = what you type        选一项
put LABEL = VALUE   fill in a field of the form                                       填一项
submit, close       the form                                                          提交,关闭
log                 the message shortcut on the latest message                        记到 CRM
task                the global shortcut                                               新任务
home                open the Home of the bot                                          打开主页
edit TEXT, delete, react NAME   the last message of this person, the latest message   改,删,点表情
judge               what the app did that Slack would punish                          检查
quit                                                                                  退出
"""
_FAILED = {
    "dispatch_failed": 'failed with the error "dispatch_failed"',
    "operation_timeout": "failed because the app did not respond (operation_timeout)",
}
#: Wall seconds without anything new after which an answer is taken to be complete, and the most that is waited.
QUIET, MOST = 0.6, 6.0


class Console:
    """`act`: do what a line says and return what is to be shown. `quiet`: wall seconds to wait for what follows."""

    def __init__(self, fake: Fake, company: Sample, *, quiet: float = QUIET) -> None:
        self._fake = fake
        self._company = company
        self._quiet = quiet
        self._person = Person(fake, company.alice)
        self._channel = company.sales
        self._seen: set[tuple[str, str, str]] = set()
        self._news()

    @property
    def prompt(self) -> str:
        return f"{self._person.user.name} {self._place()}> "

    def act(self, line: str) -> str:
        """What is seen after this line; a sentence when it cannot be done."""
        word, _, rest = line.strip().partition(" ")
        try:
            said = self._verb(word)(rest.strip())
        except (NotThere, SlackError) as error:
            return f"{error}\n"
        self._wait()
        return "".join(f"{part}\n" for part in (said, self._news()) if part)

    def _verb(self, word: str) -> Callable[[str], str]:
        verbs: dict[str, Callable[[str], str]] = {
            "": lambda _: "",
            "help": lambda _: HELP,
            "帮助": lambda _: HELP,
            "say": self._say,
            "reply": self._reply,
            "as": self._become,
            "in": self._go,
            "invite": lambda _: self._invite(),
            "remove": lambda _: self._remove(),
            "look": self._look,
            "click": lambda rest: self._told(self._here().click(rest)),
            "choose": lambda rest: self._choose(self._here(), rest),
            "put": lambda rest: self._put(self._here(), rest),
            "form": lambda rest: self._inside(self._person.form, rest),
            "submit": lambda _: self._told(self._person.form.submit()),
            "close": lambda _: self._told(self._person.form.close()),
            "log": lambda _: self._log(),
            "task": lambda _: self._told(self._person.shortcut("new_task")),
            "home": self._home,
            "edit": self._edit,
            "delete": lambda _: self._delete(),
            "react": self._react,
            "judge": lambda _: self._judge(),
        }
        if word.startswith("/"):
            return lambda rest: self._told(self._person.slash(f"{word} {rest}".strip(), self._channel))
        if word.startswith("@"):
            return lambda rest: self._say(f"{word} {rest}")
        return verbs.get(word, lambda _: f"{word}? Type help for what you can do. 输入 help 查看用法。")

    def _say(self, line: str) -> str:
        self._person.say(self._channel, line)
        return ""

    def _reply(self, words: str) -> str:
        latest = self._latest(None)
        root = self._channel.messages.get(latest.thread_ts, latest)
        self._person.say(self._channel, words, thread=root)
        return ""

    def _become(self, name: str) -> str:
        people = {user.name: user for user in self._company.people}
        if name not in people:
            raise NotThere(f"there are {', '.join(people)}")
        self._person = Person(self._fake, people[name])
        if people[name].id not in self._channel.members:
            self._channel = next(iter(self._person.sees.channels()), None) or self._person.direct
        self._seen.clear()
        self._news()
        return self._look("")

    def _go(self, name: str) -> str:
        here = {one.name(self._person.user.team_id): one for one in self._person.sees.channels() if one.kind != "im"}
        wanted = name.removeprefix("#")
        if wanted != "dm" and wanted not in here:
            raise NotThere(f"there are {', '.join(f'#{one}' for one in here)} and dm")
        self._channel = self._person.direct if wanted == "dm" else here[wanted]
        return self._look("")

    def _invite(self) -> str:
        self._fake.world.join(self._company.crm, self._channel, inviter=self._person.user)
        return ""

    def _remove(self) -> str:
        self._fake.world.leave(self._company.crm, self._channel)
        return ""

    def _look(self, what: str) -> str:
        sees, app = self._person.sees, self._company.app.id
        if what == "home":
            return sees.home(app) or "(no Home)"
        if what == "form":
            return sees.modal(app) or "(no form)"
        return sees.channel(self._channel) or "(nothing)"

    def _home(self, rest: str) -> str:
        if rest:
            return self._inside(self._person.home, rest)
        self._person.open_home()
        self._wait()
        return self._look("home")

    def _inside(self, surface: Surface, rest: str) -> str:
        word, _, rest = rest.partition(" ")
        if word == "click":
            return self._told(surface.click(rest))
        return self._choose(surface, rest) if word == "choose" else self._put(surface, rest)

    def _here(self) -> Surface:
        """The form when one is open, else the latest message with something to press."""
        has_form = bool(self._person.sees.modal(self._company.app.id))
        return self._person.form if has_form else self._person.on(self._channel)

    def _choose(self, surface: Surface, rest: str) -> str:
        label, option = _halves(rest)
        if surface.find(label).type != "external_select":
            return self._told(surface.choose(label, option))
        offered = surface.suggest(label, option)
        if not offered.options:
            return self._told(offered) or "(nothing is offered)"
        first = offered.labels[0]
        others = f"; there were {', '.join(offered.labels)}" if len(offered.labels) > 1 else ""
        return self._told(surface.choose(label, first, typing=option)) or f"picked {first}{others}"

    def _put(self, surface: Surface, rest: str) -> str:
        label, value = _halves(rest)
        return self._told(surface.put(label, value))

    def _log(self) -> str:
        return self._told(self._person.shortcut("log_to_crm", self._latest(None), self._channel))

    def _edit(self, words: str) -> str:
        self._fake.world.edit(self._latest(self._person.user), self._channel, words)
        return ""

    def _delete(self) -> str:
        self._fake.world.delete(self._latest(self._person.user), self._channel)
        return ""

    def _react(self, name: str) -> str:
        self._fake.world.react(self._person.user, self._latest(None), self._channel, name.strip(":"))
        return ""

    def _latest(self, author: User | None) -> Message:
        for message in reversed(self._channel.messages.values()):
            if author is None or message.author == author.id:
                return message
        raise NotThere("there is no such message here")

    def _judge(self) -> str:
        return "\n".join(str(finding) for finding in Judge(self._fake.world).findings()) or "nothing to complain about"

    def _told(self, outcome: Outcome) -> str:
        if outcome.error:
            return f"! {_FAILED.get(outcome.error, outcome.shown or outcome.error)}"
        return "\n".join(f"! {block}: {sentence}" for block, sentence in outcome.errors.items())

    def _place(self) -> str:
        channel = self._channel
        return "dm" if channel.kind == "im" else f"#{channel.name(self._person.user.team_id)}"

    def _wait(self) -> None:
        """Until nothing has happened for a while."""
        end = time.monotonic() + (MOST if self._quiet else 0)
        self._fake.settle()
        length = -1
        while time.monotonic() < end and length != len(self._fake.journal.entries):
            length = len(self._fake.journal.entries)
            time.sleep(self._quiet)

    def _news(self) -> str:
        """What this person has not seen yet, wherever it appeared."""
        lines = [f"{where}  {words}" for where, words in self._unseen()]
        form = self._person.sees.modal(self._company.app.id)
        if form and ("form", "", form) not in self._seen:
            self._seen.add(("form", "", form))
            lines.append(form)
        return "\n".join(lines)

    def _unseen(self) -> list[tuple[str, str]]:
        sees, found = self._person.sees, []
        with self._fake.world.lock:
            for channel in sees.channels():
                for post in sees.posts(channel):
                    words = sees.line(post)
                    key = (channel.id, post.ts, words)
                    if key not in self._seen:
                        self._seen.add(key)
                        found.append((sees.title(channel), words))
        return found


def _halves(rest: str) -> tuple[str, str]:
    label, sign, value = rest.partition("=")
    if not sign:
        raise NotThere("write it as LABEL = VALUE")
    return label.strip(), value.strip()
