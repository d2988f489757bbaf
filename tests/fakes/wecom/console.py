"""Acting as the people of the sample company, line by line: for trying the bot by hand."""

import time
from collections import Counter
from collections.abc import Callable

from tests.fakes.wecom import events
from tests.fakes.wecom.archive.chats import Chats
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.customers import Customer
from tests.fakes.wecom.judge import Judge
from tests.fakes.wecom.person import Person
from tests.fakes.wecom.pressing import Card, NotThere
from tests.fakes.wecom.robot.robot import Robot
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample
from tests.fakes.wecom.sight import of_customer

HELP = """\
as NAME                 act as alice, bob or charlie                                  换一个人
TEXT, say TEXT          write to the app                                              对应用说话
menu LABEL, enter       press an entry of the app's menu; open the chat               点菜单,进入应用
click LABEL             press a button of the latest card                             点卡片按钮
choose [TITLE =] OPTION pick an option of the latest card                             在卡片上选择
robot TEXT              write to the robot; robot click LABEL, robot choose OPTION    对智能机器人说话
look                    what this person sees; look robot, look tasks, look 张三      看看
add 张三                become friends with this customer (a new name: a new one)     添加客户
drop 张三, lose 张三    the customer deletes the person; the person the customer      客户删员工,员工删客户
to 张三 = TEXT          the person writes to the customer (kept in the archive)       员工对客户说话(进会话存档)
from 张三 = TEXT        the customer writes to the person                             客户对员工说话
kf 张三 = TEXT          the customer writes to 微信客服                               客户在客服里说话
send, send 张三, 李四   send the oldest broadcast task: to all, or to these           确认群发
verify                  save the callback URL in the console                          验证回调地址
judge                   what the bot did that WeCom would punish                      检查
quit                                                                                  退出
"""
#: Wall seconds without anything new after which an answer is taken to be complete, and the most that is waited.
QUIET, MOST = 0.6, 8.0


class Console:
    """`act`: do what a line says and return what is to be shown. `chats`: where the archive keeps what is written.
    `quiet`: wall seconds to wait for what follows."""

    def __init__(
        self, fake: Fake, company: Sample, robot: Robot, *, chats: Chats | None = None, quiet: float = QUIET
    ) -> None:
        self._fake = fake
        self._company = company
        self._world = fake.world
        self._robot = robot
        self._chats = chats
        self._quiet = quiet
        self._account = company.world.kf_account()
        self._hand: Card | None = None
        self._seen: Counter[str] = Counter()
        self._become("alice")

    @property
    def prompt(self) -> str:
        return f"{self._person.staff.userid}> "

    def act(self, line: str) -> str:
        """What is seen after this line; a sentence when it cannot be done."""
        word, _, rest = line.strip().partition(" ")
        verb = self._verbs().get(word)
        try:
            said = verb(rest.strip()) if verb else self._say(line.strip())
        except (NotThere, AssertionError) as error:
            return f"{error}\n"
        self._wait()
        return "".join(f"{part}\n" for part in (said, self._news()) if part)

    def _verbs(self) -> dict[str, Callable[[str], str]]:
        return {
            "": lambda _: "",
            "help": lambda _: HELP,
            "as": self._become,
            "say": self._say,
            "menu": lambda rest: self._quietly(lambda: self._person.press_menu(rest)),
            "enter": lambda _: self._quietly(self._person.enter),
            "click": lambda rest: self._click(self._person.card, rest),
            "choose": lambda rest: self._choose(self._person.card, rest),
            "robot": self._to_robot,
            "look": self._look,
            "add": self._add,
            "drop": lambda rest: self._part(lambda one: self._world.drop_staff(one, self._staff), rest),
            "lose": lambda rest: self._part(lambda one: self._world.drop_customer(self._staff, one), rest),
            "to": lambda rest: self._write(rest, by_staff=True),
            "from": lambda rest: self._write(rest, by_staff=False),
            "kf": self._kf,
            "send": self._send,
            "verify": lambda _: self._verify(),
            "judge": lambda _: self._judge(),
        }

    @property
    def _staff(self) -> Staff:
        return self._person.staff

    def _become(self, name: str) -> str:
        people = {one.userid.lower(): one for one in self._world.staff.values()}
        if name.lower() not in people:
            raise NotThere(f"there are {', '.join(people)}")
        self._person = Person(self._fake, people[name.lower()], self._company.crm)
        self._hand = None
        self._seen = Counter(self._lines())
        return self._look("")

    def _say(self, words: str) -> str:
        return self._quietly(lambda: self._person.say(words)) if words else ""

    def _to_robot(self, rest: str) -> str:
        word, _, more = rest.partition(" ")
        if word == "click":
            return self._click(lambda: self._person.robot_card(self._robot), more)
        if word == "choose":
            return self._choose(lambda: self._person.robot_card(self._robot), more)
        self._robot.say(self._staff, rest)
        return ""

    def _click(self, card: Callable[[], Card], label: str) -> str:
        held, self._hand = self._hand or card(), None
        return self._quietly(lambda: held.click(label))

    def _choose(self, card: Callable[[], Card], rest: str) -> str:
        question, sign, option = rest.partition("=")
        self._hand = self._hand or card()
        self._hand.choose(option.strip() if sign else rest, question.strip() if sign else "")
        return f"picked {option.strip() or rest}; now click"

    def _look(self, what: str) -> str:
        sees = self._person.sees
        if what == "robot":
            return sees.robot(self._robot.direct(self._staff), self._robot.name) or "(nothing)"
        if what == "tasks":
            return sees.tasks() or "(nothing)"
        if what:
            return of_customer(self._world, self._customer(what)) or "(nothing)"
        return sees.app(self._company.crm) or "(nothing)"

    def _add(self, name: str) -> str:
        known = [one for one in self._world.customers.values() if one.name == name]
        self._world.befriend(self._staff, known[0] if known else self._world.customer(name))
        return ""

    def _part(self, part: Callable[[Customer], None], name: str) -> str:
        customer = self._customer(name)
        if (self._staff.userid, customer.external_userid) not in self._world.relations:
            raise NotThere(f"{self._staff.name} and {name} are no friends")
        part(customer)
        return ""

    def _write(self, rest: str, *, by_staff: bool) -> str:
        """In WeChat, between this person and a customer."""
        customer, words = self._addressed(rest)
        if self._chats is None:
            raise NotThere("there is no archive here")
        ends = [self._staff.userid, customer.external_userid]
        sender, to = ends if by_staff else reversed(ends)
        self._chats.text(sender, to, words)
        self._world.talk(self._staff, customer)
        events.archive_grew(self._world, at=self._company.crm)
        return ""

    def _kf(self, rest: str) -> str:
        customer, words = self._addressed(rest)
        self._world.kf_say(customer, self._account, words)
        return ""

    def _addressed(self, rest: str) -> tuple[Customer, str]:
        name, sign, words = rest.partition("=")
        if not sign:
            raise NotThere("write it as NAME = TEXT")
        return self._customer(name.strip()), words.strip()

    def _send(self, names: str) -> str:
        waiting = self._person.sees.tasks().split("  ")[0]
        if not waiting:
            raise NotThere("there is no task")
        only = [self._customer(name.strip()) for name in names.replace("，", ",").split(",")] if names else None
        self._world.confirm(waiting, self._staff, list(only) if only else None)
        return ""

    def _verify(self) -> str:
        good = self._fake.call(self._fake.hearings[self._company.crm.name].verify())
        return (
            "the URL is verified" if good else "openapi回调地址请求不通过 (the URL did not give back what it was shown)"
        )

    def _judge(self) -> str:
        found = Judge(self._world, self._fake.robots).findings()
        return "\n".join(str(finding) for finding in found) or "nothing to complain about"

    def _customer(self, name: str) -> Customer:
        for customer in self._world.customers.values():
            if customer.name == name:
                return customer
        raise NotThere(f"there are {', '.join(one.name for one in self._world.customers.values())}")

    def _quietly(self, work: Callable[[], object]) -> str:
        """What appears is shown by `_news`."""
        work()
        return ""

    def _wait(self) -> None:
        """Until nothing has happened for a while."""
        end = time.monotonic() + (MOST if self._quiet else 0)
        self._fake.settle()
        length = -1
        while time.monotonic() < end and (length != len(self._fake.journal.entries) or self._robot.unanswered()):
            length = len(self._fake.journal.entries)
            time.sleep(self._quiet)

    def _news(self) -> str:
        """What this person has not seen yet, and what reached customers."""
        lines, seen, new = self._lines(), self._seen, []
        self._seen = Counter(lines)
        for line in lines:
            if seen[line]:
                seen[line] -= 1
            else:
                new.append(line)
        return "\n".join(new)

    def _lines(self) -> list[str]:
        sees, shown = self._person.sees, []
        shown += sees.app(self._company.crm).splitlines()
        shown += [f"(robot) {one}" for one in self._look("robot").splitlines() if one != "(nothing)"]
        shown += [f"(task) {one}" for one in sees.tasks().splitlines()]
        for customer in self._world.customers.values():
            shown += [f"→ {customer.name}  {one}" for one in of_customer(self._world, customer).splitlines()]
        return shown
