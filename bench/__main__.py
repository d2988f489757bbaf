"""`python -m bench`: measure, and write the tables of docs/benchmarks.md."""

import argparse
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import (
    archive,
    capture,
    delivery,
    host,
    lookup,
    messages,
    planning,
    report,
    slack,
    startup,
    store,
    turns,
    wecom,
)
from bench.company import Sizes
from crm_core.database import Database

#: Benches over the filled databases.
OVER_DATA = {
    "lookup": lookup.run,
    "messages": messages.run,
    "turns": turns.run,
    "menu": slack.run_over,
    "startup": startup.run,
    "planning": planning.run,
}

#: Benches that bring their own database.
ALONE: dict[str, Callable[[store.Progress], Sequence[report.Section]]] = {
    "archive": archive.run,
    "capture": capture.run,
    "delivery": delivery.run,
    "slack": slack.run,
    "wecom": wecom.run,
}


def main() -> None:
    options = _options()
    sizes = Sizes(options.customers, options.messages)
    bars = Progress(TextColumn("{task.description:34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with bars, ExitStack() as stack:
        tell = _teller(bars)
        for name in ALONE.keys() & set(options.only):
            _write(partial(ALONE[name], tell))
        over_data = [name for name in options.only if name in OVER_DATA]
        openers = _openers(options, sizes, tell) if over_data else ()
        databases = [stack.enter_context(closing(open_())) for open_ in openers]
        for name in over_data:
            _write(partial(OVER_DATA[name], sizes, databases, tell))


def _write(measure: Callable[[], Sequence[report.Section]]) -> None:
    """Into the page, with what the host of the machine took away meanwhile."""
    with host.Watch() as watch:
        sections = measure()
    report.write([section.beside(watch.share) for section in sections])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=2_000_000)
    parser.add_argument("--only", type=lambda names: names.split(","), default=[*ALONE, *OVER_DATA], metavar="A,B")
    parser.add_argument("--postgres", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--sqlite", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


def _openers(options: argparse.Namespace, sizes: Sizes, tell: store.Progress) -> Sequence[Callable[[], Database]]:
    wanted = ((options.sqlite, store.sqlite), (options.postgres, store.postgresql))
    return [lambda open_=open_: open_(sizes, tell) for want, open_ in wanted if want]  # type: ignore[misc]


def _teller(bars: Progress) -> store.Progress:
    """Steps as progress bars, each made when it is first heard of."""
    tasks = {}

    def tell(step: str, done: int, total: int) -> None:
        if step not in tasks:
            tasks[step] = bars.add_task(step, total=total)
        bars.update(tasks[step], completed=done)

    return tell


if __name__ == "__main__":
    main()
