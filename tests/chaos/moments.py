"""When things go wrong in a run."""


def moments(steps: int, times: int, *, later: int = 0) -> set[int]:
    """So many numbers spread evenly over the steps."""
    return {steps * (turn + 1) // (times + 1) + later for turn in range(times)}
