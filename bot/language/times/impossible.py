"""A time that was meant and cannot be."""

from bot.language.problems import times as problems


class ImpossibleTime(ValueError):
    """There is a time in the text, but no clock or calendar shows it, or it has passed.

    `problem` names what is wrong (a key of `bot/language/problems/times.py`), `details` fill its sentence.
    """

    def __init__(self, problem: str, **details: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.details = details

    def sentence(self, language: str) -> str:
        """What to tell the person, with the mend, in "zh" or "en"."""
        return problems.PROBLEMS[self.problem].say(language, **self.details)
