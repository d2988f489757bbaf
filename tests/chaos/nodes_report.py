"""What a run of the nodes went through and what came of it, for docs/reliability.md."""

from collections.abc import Sequence

from bench.report import Row, machine
from tests.chaos.nodes import Result
from tests.chaos.nodes_company import NUDGE, PROMO, STEPS
from tests.chaos.report import put

#: Seconds after a kill within which the others go on.
TAKEN_OVER = 30.0

_THROWN = "PostgreSQL is thrown down (`-m immediate`), "
_KINDS = {"reminders": (NUDGE,), "copies of the broadcast": (PROMO,), "messages of the sequence": STEPS}


def write(result: Result) -> None:
    """Put one run into the page."""
    plan = result.plan
    where = "one node on SQLite" if plan.nodes == 1 else f"{plan.nodes} nodes on PostgreSQL"
    load = plan.load
    note = (
        f"{load.nudges:,} reminders for {load.people} people fall due within {load.seconds:.0f} s, and "
        f"{load.customers} customers get a broadcast (frozen in slices of 5) and {load.steps} messages of a sequence, "
        f"all over a Slack that asks to wait ({plan.refused:.0%} of the posts) and loses answers after it posted "
        f"({plan.cut:.0%}). Meanwhile nodes are killed (SIGKILL) and started again, "
        f"{_THROWN if plan.nodes > 1 else ''}and clocks are set wrong by 15 s, forward and back. Slack can be asked "
        f"what it has, so nothing may be doubled; seed {plan.seed}; {machine()}."
    )
    silence = max(result.silences, default=0.0)
    rows = [
        Row("nodes killed", (f"{plan.kills}",)),
        Row("databases thrown down", (f"{plan.restarts if plan.nodes > 1 else 0}",)),
        Row("clocks set wrong", (f"{plan.jumps}",)),
        Row("posts that had to wait (429)", (f"{result.made_wait}",)),
        Row("answers lost after posting", (f"{result.cut_off}",)),
        *(_once(result, what, kinds) for what, kinds in _KINDS.items()),
        Row("seconds of silence after a kill, at most", (f"{silence:.1f}",), "≤ 30", silence <= TAKEN_OVER),
        Row("seconds between two posts in a chat, at least (less when a clock jumps)", (f"{result.closest:.2f}",)),
    ]
    put(f"What goes out: {where}", note, rows)


def _once(result: Result, what: str, kinds: Sequence[str]) -> Row:
    lost, doubled = len(result.lost(*kinds)), len(result.doubled(*kinds))
    meant = sum(kind in kinds for kind, _ in result.plan.load.words)
    return Row(f"of {meant:,} {what}: lost, doubled", (f"{lost}, {doubled}",), "0, 0", not (lost or doubled))
