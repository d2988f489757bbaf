"""The judge: what an app did that the real WeCom would punish, or that people would suffer from."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.fakes.finding import Finding
from tests.fakes.journal import Entry
from tests.fakes.wecom import leaks, truth
from tests.fakes.wecom.robot.robot import Robot
from tests.fakes.wecom.world import World

#: Codes that no program in good order ever gets.
MALFORMED = frozenset((40008, 40063, 41001, 41002, 41004, 44001, 301002))
DAY = 86_400
#: Seconds after which the same message may come again: another reminder.
AGAIN = 3_600.0


def _never(_: Entry) -> bool:
    return False


class Judge:
    """`robots`: those of the running fake. `excused`: deliveries that could not be answered, such as those while the
    app was killed. `surplus`: whether messages that were accepted and dropped count (a test of that may say no).
    `span`: seconds within which the same broadcast to the same customer is one too many.
    """

    def __init__(
        self,
        world: World,
        robots: Iterable[Robot] = (),
        *,
        excused: Callable[[Entry], bool] = _never,
        surplus: bool = True,
        span: float = DAY,
    ) -> None:
        self._world = world
        self._robots = tuple(robots)
        self._excused = excused
        self._surplus = surplus
        self._span = span

    def findings(self) -> list[Finding]:
        """Everything that is wrong by now, deliveries settled."""
        with self._world.lock:
            return [finding for check in self._checks() for finding in check()]

    def require_clean(self) -> None:
        """AssertionError with everything that is wrong."""
        found = self.findings()
        assert not found, "\n".join(str(finding) for finding in found)

    def read_log(self, log: str) -> list[Finding]:
        """Secrets, tokens and words of people in the text of a log."""
        with self._world.lock:
            return list(leaks.secrets_in(self._world, self._robots, log))

    def compare(self, items: Iterable[truth.Item], *, kf: bool = False) -> list[Finding]:
        """Captured messages, in the shape of `GET /api/v1/messages`, against what employees wrote to the apps, or
        against what was written at `kf`.
        """
        with self._world.lock:
            said = truth.said_at_kf(self._world) if kf else truth.said_to_apps(self._world)
            return list(truth.compare_messages(said, items))

    def _checks(self) -> tuple[Callable[[], Iterator[Finding]], ...]:
        return (
            self._violations,
            self._answers,
            self._forgeries,
            self._losses,
            self._malformed,
            self._tokens,
            self._surplus_and_cuts,
            self._doubles,
            self._robot_doubles,
            self._broadcasts,
            self._hanging,
        )

    def _violations(self) -> Iterator[Finding]:
        for entry in self._of("violation"):
            yield Finding(entry["what"], f"{entry.get('text') or entry.get('path')} (entry {entry['n']})")

    def _answers(self) -> Iterator[Finding]:
        for entry in self._of("delivery"):
            if entry["reason"] and not entry["disturbed"] and not self._excused(entry):
                late = entry["reason"] == "timeout"
                what = "late answer to a callback" if late else "refused a genuine callback"
                yield Finding(what, f"{entry['name']}: {entry['reason']} {entry['status'] or ''} (entry {entry['n']})")

    def _forgeries(self) -> Iterator[Finding]:
        for entry in self._of("forgery"):
            status = entry["status"]
            if entry["expected"] == "refused" and 200 <= status < 400:
                yield Finding("took a forgery", f"{entry['name']}: {status}")
            elif not 200 <= status < 500:
                yield Finding("stumbled", f"{entry['name']}: {status or entry['reason']}")

    def _losses(self) -> Iterator[Finding]:
        for entry in self._of("lost"):
            if not self._excused(entry):
                yield Finding("callback lost", f"{entry['name']}: {entry['reason']}")

    def _malformed(self) -> Iterator[Finding]:
        for entry in self._of("answer"):
            if entry["errcode"] in MALFORMED:
                yield Finding("malformed call", f"{entry['path']}: {entry['errcode']} (entry {entry['n']})")

    def _tokens(self) -> Iterator[Finding]:
        for app, times in Counter(one.app for one in self._world.tokens.fetches if one.again).items():
            yield Finding("fetched a token that was alive", f"{app}, {times} times")

    def _surplus_and_cuts(self) -> Iterator[Finding]:
        for entry in self._of("cut"):
            yield Finding("text cut", f"{entry['path']}: {entry['size']} bytes")
        for userid, times in Counter(entry["userid"] for entry in self._of("dropped")).items():
            if self._surplus:
                yield Finding("accepted and never delivered", f"{userid}, {times} messages")

    def _doubles(self) -> Iterator[Finding]:
        """The same to the same person, who said and pressed nothing in between."""
        messages = {message.msgid: message for message in self._world.sent}
        had: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        for entry in self._world.journal.entries:
            if entry["kind"] == "event":
                had.pop((entry["app"], str(entry["fields"].get("FromUserName"))), None)
            elif entry["kind"] == "sent" and entry["msgid"] in messages:
                message = messages[entry["msgid"]]
                for userid in entry["delivered"]:
                    raw = _raw([message.msgtype, message.body])
                    if entry["at"] - had[entry["app"], userid].get(raw, -AGAIN) < AGAIN:
                        yield Finding("the same message twice", f"{userid} by {entry['app']} (entry {entry['n']})")
                    had[entry["app"], userid][raw] = entry["at"]

    def _robot_doubles(self) -> Iterator[Finding]:
        for robot in self._robots:
            for chat in robot.chats.values():
                had: dict[str, float] = {}
                for post in chat.posts:
                    raw = _raw([post.msgtype, post.body])
                    if post.author:
                        had.clear()
                    elif post.at - had.get(raw, -AGAIN) < AGAIN:
                        yield Finding("the same message twice", f"{chat.id} by the robot {robot.name}")
                    else:
                        had[raw] = post.at

    def _broadcasts(self) -> Iterator[Finding]:
        """Two tasks with the same content for one customer, neither of them cancelled."""
        last: dict[tuple[str, str], int] = {}
        for broadcast in self._world.broadcasts.values():
            if broadcast.creator or broadcast.cancelled:
                continue
            for target in [one for share in broadcast.shares.values() for one in share.targets]:
                key = (_raw(broadcast.content), target.to)
                if broadcast.created_at - last.get(key, -DAY * 10_000) < self._span:
                    yield Finding("two tasks of one broadcast", f"{target.to} by {target.userid}")
                last[key] = broadcast.created_at

    def _hanging(self) -> Iterator[Finding]:
        for robot in self._robots:
            for question in robot.unanswered():
                what = "answer left hanging" if question.answers else "question without an answer"
                yield Finding(what, f"{question.userid} to the robot {robot.name}: {question.body['msgid']}")
        for entry in self._of("acted"):
            if entry["awaits"] and not self._saw_something(entry):
                yield Finding("nothing to see", f"{entry['userid']} in {entry['app']} (entry {entry['n']})")

    def _saw_something(self, acted: Entry) -> bool:
        for entry in self._world.journal.entries[acted["n"] :]:
            if entry["kind"] == "acted" and (entry["userid"], entry["app"]) == (acted["userid"], acted["app"]):
                return False
            if entry.get("app") == acted["app"] and _shows(entry, acted["userid"]):
                return True
        return False

    def _of(self, kind: str) -> Iterator[Entry]:
        return self._world.journal.of(kind)


def _shows(entry: Entry, userid: str) -> bool:
    if entry["kind"] == "sent":
        return any(one == userid for one in entry["delivered"])
    if entry["kind"] == "card changed":
        return not entry["userids"] or userid.lower() in {one.lower() for one in entry["userids"]}
    return entry["kind"] == "passive" and str(entry["userid"]) == userid


def _raw(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
