"""A working week in English, through the console: every turn says what must be shown, and what must not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tests.bot.conftest import shown
from tests.scenarios.conftest import Chat, Reply

EAST, PROJECT = "group:east", "group:zhangsan"


@dataclass(frozen=True)
class Turn:
    """`who` says `text` in `room` ("" is the direct chat); the answer shows all of `shows` and nothing of `hides`.

    `press`: `text` is the label of a button to press. `private`: whether nobody else reads the answer.
    """

    who: str
    text: str
    shows: Sequence[str] = ()
    hides: Sequence[str] = ()
    room: str = ""
    press: bool = False
    private: bool | None = None


@dataclass(frozen=True)
class Aside:
    """Something people say to each other; the bot keeps silent."""

    who: str
    text: str
    room: str


@dataclass(frozen=True)
class Later:
    """Time passes, and `sees` says what each person is shown by itself; who is not named is shown nothing.

    `at_once`: what the turn before set off may have come already, and counts.
    """

    passes: timedelta
    sees: dict[str, Sequence[str]] = field(default_factory=dict)
    at_once: bool = False


WEEK: tuple[Turn | Aside | Later, ...] = (
    # Getting to know each other
    Turn("admin", "staff language en", ("Admin's language: as they write → English",)),
    Turn("alice", "staff language en", ("Alice's language", "English", "Undo")),
    Turn("bob", "staff language en", ("English",)),
    Turn("charlie", "staff language en", ("English",)),
    Turn("alice", "hello", ("help",)),
    Turn("alice", "whoami", ("You are Alice", "sales", "Asia/Shanghai")),
    Turn("alice", "help remind", ("remind me tomorrow 3pm to call Bob",)),
    Turn("alice", "staff", ("4 people", "Bob · manager", "Charlie · sales")),
    # Customers
    Turn("alice", "new Robert Stone phone 13800138812 company Acme tag VIP", ("Robert Stone", "Acme", "VIP", "Undo")),
    Turn("alice", "new Zhang San phone 13900139901 tag VIP", ("Zhang San", "VIP")),
    Turn("alice", "new Grace Hill phone 13900139902", ("Grace Hill",)),
    Turn("alice", "new Bob Stone phone 13900139903 tag VIP stage lost", ("Bob Stone", "lost")),
    Turn("charlie", "new Carol West phone 13900139904 tag VIP", ("Carol West",)),
    Turn("alice", "8812", ("Robert Stone",), ("Grace",)),
    Turn("alice", "Stone", ("1. ", "2. ", "Robert Stone", "Bob Stone"), ("Carol",)),
    Turn("alice", "1", ("Stone", "Owner: Alice")),
    Turn("alice", "Robret Stone", ("Robert Stone",)),
    Turn("alice", "Carol West", ('"Carol West"',), ("13900139904", "Charlie")),
    Turn("charlie", "Robert Stone", ('"Robert Stone"',), ("13800138812", "Acme")),
    Turn("charlie", "#1", ("no such customer",), ("Robert",)),
    Turn("bob", "Robert Stone", ("Owner: Alice", "Phone: 13800138812")),
    Turn("alice", "what's Acme's stage?", ("lead",)),
    Turn("alice", "note Robert Stone wants the large package", ("Noted about Robert Stone",)),
    Turn("alice", "set Robert Stone tier A", ("Tier: (empty) → A", "Undo")),
    Turn("alice", "Undo", ("Undone",), press=True),
    Turn("alice", "remnd me tomorrow to call", ("remind",)),
    # In rooms
    Aside("zhangsan", "Good morning, is the offer ready?", PROJECT),
    Aside("guest", "I am listening in.", PROJECT),
    Aside("alice", "Nearly!", PROJECT),
    Turn("alice", "@crm find Robert Stone", ("13800138812",), room=PROJECT, private=True),
    Turn("alice", "@crm find Robert Stone", ("13800138812",), room=EAST, private=False),
    Turn("alice", "@crm when tomorrow 3pm", ("Thu 19 Nov, 15:00",), room=PROJECT, private=True),
    Turn("guest", "@crm find Robert Stone", ("only serve the staff",), ("1380", "Acme"), room=PROJECT),
    Turn("zhangsan", "find Robert Stone", ("only serve the staff",), ("1380",)),
    # Accounts
    Turn("alice", "identities", ("2 accounts to review", "张三 (console)", "Guest (console)")),
    Turn("alice", "identities link 1 to Zhang San", ("Linked 张三 (console) to Zhang San",)),
    Turn("alice", "identities link 2 to Grace Hill", ("Linked Guest (console) to Grace Hill",)),
    Turn("alice", "identities", ("No account is waiting",)),
    # Reminders
    Turn("alice", "remind me in 2 hours to call Robert Stone", ("12:20", "in 2 hours", "Customer: Robert Stone")),
    Turn("alice", "remind me tomorrow 3pm to send Zhang San the contract", ("Thu 19 Nov, 15:00", "Zhang San")),
    Turn("alice", "remind me every Monday 9am to look at the pipeline", ("Mon 23 Nov, 09:00", "every Monday")),
    Turn("alice", "remind Bob on Friday at 10am to sign the quote", ("For: Bob", "Fri 20 Nov, 10:00")),
    Turn("alice", "remind Charlie tomorrow to smile", ("not in your team",), ("Undo",)),
    Turn("alice", "remind me to water the plants", ("When?", "In 1 hour", "Tomorrow 9am"), ("Undo",)),
    Turn("alice", "at 4pm", ("water the plants", "Wed 18 Nov, 16:00")),
    Turn("alice", "remind me today 8am to stretch", ("in the past", "tomorrow 08:00"), ("Undo",)),
    Turn("alice", "no", ("nothing was done",)),
    Turn("alice", "remind me on February 31 to celebrate", ("The calendar has no",), ("Undo",)),
    Turn("alice", "when every weekday at 9", ("working day", "09:00")),
    Turn("alice", "todo", ("4 to-dos open", "1. today 12:20 call Robert Stone", "— later: 1 —"), ("quote",)),
    Turn("bob", "todo team", ("5 to-dos open in the team", "· Alice", "· Bob")),
    Turn("charlie", "todo", ("Nothing is open",)),
    Turn("charlie", "done #1", ("no such reminder",), ("Robert",)),
    # They come due
    Later(timedelta(hours=2, seconds=10), {"alice": ("call Robert Stone", "Done")}),
    Turn("alice", "In 1 hour", ("13:20", "in 1 hour", "call Robert Stone"), press=True),
    Later(timedelta(minutes=55)),
    Later(timedelta(minutes=6), {"alice": ("call Robert Stone",)}),
    Turn("bob", "done #1", ("Done: call Robert Stone",)),
    Turn("alice", "Done", ("Bob closed it just now: call Robert Stone",), press=True),
    Turn("alice", "done Zhang San", ("Done: send Zhang San the contract",)),
    Turn("alice", "undo", ("Undone", "is back")),
    Turn("alice", "snooze Zhang San until Friday 4pm", ("Fri 20 Nov, 16:00", "contract")),
    Turn("alice", "done 17", ("There is no number 17",)),
    # Changing hands
    Turn("alice", "assign Grace Hill to Bbo", ("Did you mean Bob?",), ("Undo",)),
    Turn("alice", "assign Zhang San to Bob", ("now belongs to Bob", "Went along: 1 to-do")),
    Later(timedelta(minutes=1), {"bob": ("Alice gave you the customer Zhang San", "send Zhang San the contract")}),
    Turn("alice", "undo", ("Owner is Alice again",)),
    Turn("alice", "assign VIP & !lost to Bob", ("Give 2 customers to Bob?", "Zhang San"), ("Carol", "Bob Stone (now")),
    Turn("alice", "no", ("nothing was done",)),
    # Twice the same
    Turn("alice", "merge Robert Stone and Robert Stone", ("same customer",), ("Undo",)),
    Turn("alice", "merge Bob Stone into Robert Stone", ("Merge Bob Stone into Robert Stone?", "13900139903")),
    Turn("alice", "yes", ("Merged", "Undo")),
    Turn("alice", "find #5", ("Robert Stone #1", "13900139903", "13800138812")),
    Turn("alice", "undo", ("Undone", "Bob Stone")),
    Turn("alice", "find Robert Stone", ("13800138812",), ("13900139903",)),
    # To many
    Turn(
        "alice",
        "broadcast VIP & !lost: Hello {name}, we open on Friday.",
        ("1 customer would receive it", "Hello Zhang San", "1 without an account"),
        ("Carol", "Hello Bob Stone"),
    ),
    Turn("zhangsan", "find me", ("only serve the staff",), ("Hello",)),
    Turn("alice", "yes", ("on its way to 1 customer",)),
    Later(
        timedelta(minutes=4),
        {"zhangsan": ("Hello Zhang San, we open on Friday.",), "alice": ("Broadcast #1 has ended", "Sent: 1")},
        at_once=True,
    ),
    Turn("alice", "broadcast confirm 1", ("Broadcast 1: done", "1 sent")),
    Later(timedelta(minutes=2)),
    Turn("charlie", "broadcast 1", ("no such broadcast",), ("Friday",)),
    Turn("alice", "broadcast Nix: hi", ('"Nix"',), ("Undo",)),
    # The administrator's part
    Turn("alice", "field add Budget number", ("does not let you run the bot",)),
    Turn("admin", "field add Budget number", ("Added the field Budget: number",)),
    Turn("alice", "set Robert Stone Budget 50k", ("Budget", "50000")),
    Turn("alice", "staff zone Mars/Phobos", ('no time zone "Mars/Phobos"',)),
    Turn("alice", "staff zone Europe/London", ("Asia/Shanghai → Europe/London",)),
    Turn("alice", "todo", ("today 08:00 water the plants",), ("16:00 water",)),
    Turn("alice", "audit Robert Stone", ("Bob saw it", "Alice changed it")),
    Turn("charlie", "audit #1", ("no such customer",)),
    Turn("alice", "stale 1", ("Well done",)),
    # The next morning, after a night in which nobody was there
    Later(
        timedelta(hours=20),
        {"alice": ("water the plants", "hours", "late"), "bob": ("The team", "Alice: 1 overdue")},
    ),
    # Nonsense
    Turn("alice", "💥💥💥", (), ("went wrong",)),
    Turn("alice", "'; DROP TABLE customer; --", (), ("went wrong",)),
    Turn("alice", "find %_", (), ("went wrong", "1380")),
    Turn("alice", "x" * 5000, ("too many",), ("went wrong",)),
    Turn("alice", "yes", ("Nothing is waiting",)),
)


def test_a_working_week(chat: Chat) -> None:
    for number, step in enumerate(WEEK, start=1):
        _play(chat, step, f"step {number}: {step}")


def test_it_is_a_conversation_of_at_least_sixty_turns() -> None:
    assert sum(isinstance(step, Turn) for step in WEEK) >= 60


def _play(chat: Chat, step: Turn | Aside | Later, name: str) -> None:
    if isinstance(step, Later):
        _wait(chat, step, name)
    elif isinstance(step, Aside):
        assert chat.say(step.who, step.text, room=step.room).posts == (), name
    else:
        reply = chat.press(step.who, step.text) if step.press else chat.say(step.who, step.text, room=step.room)
        _check(reply, step.shows, step.hides, name)
        assert step.private in {None, reply.private}, name


def _wait(chat: Chat, step: Later, name: str) -> None:
    for who in () if step.at_once else ("alice", "bob", "charlie", "admin", "zhangsan", "guest"):
        chat.new(who)
    for _ in range(4):  # later times for what follows from the first
        chat.later(seconds=step.passes.total_seconds() / 4)
    for who in ("alice", "bob", "charlie", "admin", "zhangsan", "guest"):
        reply = chat.new(who)
        assert bool(reply.posts) == (who in step.sees), f"{name}: {who} sees {_text(reply)}"
        _check(reply, step.sees.get(who, ()), (), name)


def _check(reply: Reply, shows: Sequence[str], hides: Sequence[str], name: str) -> None:
    text = _text(reply)
    missing = [part for part in shows if part not in text]
    leaked = [part for part in hides if part in text]
    assert not missing, f"{name}\nmisses {missing} in\n{text}"
    assert not leaked, f"{name}\nshows {leaked} in\n{text}"
    assert reply.posts or not shows, name


def _text(reply: Reply) -> str:
    return "\n\n".join(shown(card) for card in reply.cards)
