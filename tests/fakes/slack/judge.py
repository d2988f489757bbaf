"""The judge: what an app did that the real Slack would punish, or that people would suffer from."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from tests.fakes.clock import RealClock
from tests.fakes.finding import Finding
from tests.fakes.journal import Entry
from tests.fakes.slack import leaks, truth
from tests.fakes.slack.elements import walk
from tests.fakes.slack.world import World

POSTS = frozenset(("chat.postMessage", "chat.postEphemeral", "chat.update"))
CLOSED = frozenset(("is_archived", "not_in_channel", "channel_not_found"))
VISIBLE = ("chat.", "views.", "reactions.", "files.completeUploadExternal")
HANGING = "answer left hanging"
UNSEEN = "nothing to see"
WAITING = ("…", "...")
#: What ends so is a promise: something else must be shown after it.
PROMISING = "follows."


def _never(_: Entry) -> bool:
    return False


class Judge:
    """`markers`: secrets that were put into the records, to be found where they must not be. `excused`: deliveries that
    could not be acknowledged, such as those while the app was killed. `pace`: whether posts are held to one a second;
    by default only when the clock is the wall's.
    """

    def __init__(
        self,
        world: World,
        *,
        markers: Iterable[str] = (),
        excused: Callable[[Entry], bool] = _never,
        pace: bool | None = None,
    ) -> None:
        self._world = world
        self._markers = tuple(markers)
        self._excused = excused
        self._answered: dict[int, dict[str, Any]] = {}
        self._pace = isinstance(world.clock, RealClock) if pace is None else pace

    def findings(self) -> list[Finding]:
        """Everything that is wrong by now, deliveries settled."""
        with self._world.lock:
            self._answered = {entry["call"]: entry["answer"] for entry in self._of("answer")}
            return [finding for check in self._checks() for finding in check()]

    def compare(self, items: Iterable[Mapping[str, Any]], *, direct: bool = False) -> list[Finding]:
        """What is wrong with captured messages, in the shape of the items of `GET /api/v1/messages`. `direct`: the
        chats with the bot must be there as well.
        """
        with self._world.lock:
            return list(truth.compare(self._world, items, direct=direct))

    def read_log(self, log: str) -> list[Finding]:
        """Tokens and words of people in the text of a log."""
        with self._world.lock:
            return list(leaks.secrets_in(self._world, log))

    def require_clean(self) -> None:
        """AssertionError with everything that is wrong."""
        found = self.findings()
        assert not found, "\n".join(str(finding) for finding in found)

    def _checks(self) -> tuple[Callable[[], Iterator[Finding]], ...]:
        return (
            self._violations,
            self._acknowledgements,
            self._forgeries,
            self._losses,
            self._closed_channels,
            self._doubles,
            self._crowding,
            self._interactions,
            self._hanging,
            lambda: leaks.leaks(self._world, self._markers),
        )

    def _violations(self) -> Iterator[Finding]:
        for entry in self._of("violation"):
            where = entry.get("text") or entry.get("method") or entry.get("key") or entry.get("team")
            yield Finding(entry["what"], f"{where} (entry {entry['n']})")

    def _acknowledgements(self) -> Iterator[Finding]:
        for entry in self._of("delivery"):
            if not entry["reason"] or entry["disturbed"] or self._excused(entry):
                continue
            late = entry["reason"] == "http_timeout"
            what = "late acknowledgement" if late else "refused a genuine request"
            yield Finding(what, f"{entry['name']}: {entry['reason']} {entry['status'] or ''} (entry {entry['n']})")

    def _forgeries(self) -> Iterator[Finding]:
        wrong = {
            "refused": lambda status: not 400 <= status < 500,
            "ok": lambda status: not 200 <= status < 300,
            "survived": lambda status: not 200 <= status < 500,
        }
        for entry in self._of("forgery"):
            if wrong[entry["expected"]](entry["status"]):
                taken = 200 <= entry["status"] < 300
                yield Finding("took a forgery" if taken else "stumbled", f"{entry['name']}: {entry['status']}")

    def _losses(self) -> Iterator[Finding]:
        for entry in self._of("lost"):
            if not self._excused(entry):
                yield Finding("event lost", f"{entry['name']} {entry['key']}: {entry['reason']}")
        for entry in self._of("subscription_disabled"):
            yield Finding("subscription disabled", f"{entry['failed']} of {entry['attempts']} failed")

    def _closed_channels(self) -> Iterator[Finding]:
        """One refusal teaches the app; archiving and being taken out are told it by events."""
        told: set[str] = set()
        for entry in self._world.journal.entries:
            if entry["kind"] == "event":
                told = _learn(told, entry["event"], self._bots())
        refused: Counter[str] = Counter()
        for channel, answer in self._answers(POSTS):
            if answer.get("error") in CLOSED:
                refused[channel] += 1
        for channel, times in refused.items():
            if channel in told or times > 1:
                yield Finding("post to a closed channel", f"{channel}, {times} times")

    def _doubles(self) -> Iterator[Finding]:
        posted: Counter[tuple[str, str]] = Counter()
        for entry in self._calls(frozenset(("chat.postMessage",))):
            metadata = entry["args"].get("metadata")
            if metadata and self._answer(entry).get("ok"):
                raw = metadata if isinstance(metadata, str) else json.dumps(metadata)
                posted[str(entry["args"].get("channel")), json.dumps(json.loads(raw), sort_keys=True)] += 1
        for (channel, metadata), times in posted.items():
            if times > 1:
                yield Finding("posted twice", f"{channel} {metadata}, {times} times")

    def _crowding(self) -> Iterator[Finding]:
        if not self._pace:
            return
        times: dict[str, list[float]] = defaultdict(list)
        for entry in self._calls(frozenset(("chat.postMessage",))):
            times[str(entry["args"].get("channel"))].append(entry["at"])
        for channel, moments in times.items():
            close = sum(later - earlier < 1 for earlier, later in pairwise(moments))
            if close:
                yield Finding("more than a message a second", f"{channel}, {close} times")

    def _interactions(self) -> Iterator[Finding]:
        started = {entry["n"]: entry for entry in self._of("interaction")}
        for outcome in self._of("outcome"):
            entry = started[outcome["interaction"]]
            if outcome["error"]:
                yield Finding("failed before the person's eyes", f"{outcome['what']}: {outcome['error']}")
            elif outcome["what"] in ("view_closed", "block_suggestion", "view_submission"):
                continue
            elif _promises(outcome["shown"]) and not self._shows_later(entry):
                yield Finding(UNSEEN, f"{outcome['what']} of {self._name(entry['user'])} (entry {entry['n']})")

    def _shows_later(self, interaction: Entry) -> bool:
        """Whether anything was changed before the person's eyes after this."""
        for entry in self._world.journal.entries[interaction["n"] :]:
            if entry["kind"] == "response" and entry["user"] == interaction["user"]:
                return True
            if entry["kind"] == "call" and entry["method"].startswith(VISIBLE) and self._concerns(entry, interaction):
                return bool(self._answer(entry).get("ok"))
        return False

    def _concerns(self, call: Entry, interaction: Entry) -> bool:
        args, user = call["args"], interaction["user"]
        view = self._world.views.get(str(args.get("view_id")))
        direct = self._world.channels.get(str(args.get("channel")))
        return (
            (bool(interaction["key"]) and args.get("trigger_id") == interaction["key"])
            or user in (args.get("user"), args.get("user_id"), args.get("channel"))
            or (bool(interaction["channel"]) and args.get("channel") == interaction["channel"])
            or (view is not None and view.user == user)
            or (direct is not None and direct.kind == "im" and user in direct.members)
        )

    def _hanging(self) -> Iterator[Finding]:
        """Views and whispers that still say that something is coming."""
        for view in self._world.views.values():
            if not any(walk(view.body["blocks"])) and _waits(view.body["blocks"]):
                yield Finding("modal left hanging", f"{self._name(view.user)}: {view.id}")
        for one in self._world.ephemerals:
            if str(one.body.get("text") or "").rstrip().endswith(WAITING):
                yield Finding(HANGING, f"{self._name(one.user)} in {one.channel}")

    def _of(self, kind: str) -> Iterator[Entry]:
        return self._world.journal.of(kind)

    def _calls(self, methods: frozenset[str]) -> Iterator[Entry]:
        return (entry for entry in self._of("call") if entry["method"] in methods)

    def _answers(self, methods: frozenset[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((str(entry["args"].get("channel")), self._answer(entry)) for entry in self._calls(methods))

    def _answer(self, call: Entry) -> dict[str, Any]:
        """What a call was answered; empty when it was not."""
        return self._answered.get(call["n"], {})

    def _bots(self) -> set[str]:
        return {install.bot_user for install in self._world.installs}

    def _name(self, user: str) -> str:
        return self._world.users[user].name if user in self._world.users else user


def _learn(told: set[str], event: dict[str, Any], bots: set[str]) -> set[str]:
    """The channels an app knows to be closed to it, after this event."""
    kind = str(event.get("type", "")).replace("group_", "channel_")
    left = kind == "member_left_channel" and event.get("user") in bots
    back = kind == "member_joined_channel" and event.get("user") in bots
    channel = event.get("channel")
    if not isinstance(channel, str):
        return told
    if kind == "channel_archive" or left:
        return told | {channel}
    return told - {channel} if kind == "channel_unarchive" or back else told


def _promises(shown: str) -> bool:
    """Whether something else is to come."""
    return not shown or shown.rstrip().endswith(PROMISING)


def _waits(blocks: list[dict[str, Any]]) -> bool:
    raw = [
        str(part.get("text", "")) for block in blocks for part in (block.get("text") or {}, *block.get("elements", ()))
    ]
    return any(text.rstrip("_* ").endswith(WAITING) for text in raw)
