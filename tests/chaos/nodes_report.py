"""What a run of the nodes went through and what came of it, for docs/reliability.md."""

from bench.report import Row, machine
from tests.chaos.nodes import Result
from tests.chaos.report import put

#: Seconds after a kill within which the others go on.
TAKEN_OVER = 30.0


def write(result: Result) -> None:
    """Put one run into the page."""
    plan = result.plan
    where = "one node on SQLite" if plan.nodes == 1 else f"{plan.nodes} nodes on PostgreSQL"
    note = (
        f"{plan.nudges:,} reminders for {plan.people} people fall due within {plan.seconds:.0f} s and go out over a "
        f"Slack that asks to wait ({plan.refused:.0%} of the posts) and loses answers after it posted "
        f"({plan.cut:.0%}). Meanwhile nodes are killed (SIGKILL) and started again, PostgreSQL is thrown down "
        f"(`-m immediate`), and clocks are set wrong by 15 s, forward and back. Slack can be asked what it has, so "
        f"nothing may be doubled; seed {plan.seed}; {machine()}."
    )
    silence = max(result.silences, default=0.0)
    rows = [
        Row("nodes killed", (f"{plan.kills}",)),
        Row("databases thrown down", (f"{plan.restarts if plan.nodes > 1 else 0}",)),
        Row("clocks set wrong", (f"{plan.jumps}",)),
        Row("posts that had to wait (429)", (f"{result.made_wait}",)),
        Row("answers lost after posting", (f"{result.cut_off}",)),
        Row("reminders lost", (f"{len(result.lost)}",), "0", not result.lost),
        Row("reminders doubled", (f"{len(result.doubled)}",), "0", not result.doubled),
        Row("seconds of silence after a kill, at most", (f"{silence:.1f}",), "≤ 30", silence <= TAKEN_OVER),
        Row("seconds between two posts in a chat, at least (less when a clock jumps)", (f"{result.closest:.2f}",)),
    ]
    put(f"Reminders: {where}", note, rows)
