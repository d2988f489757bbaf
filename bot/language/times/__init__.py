"""How people write times, in Chinese and English: 下周一上午十点半, every other Wednesday at 10am, 春节后."""

from bot.language.times.impossible import ImpossibleTime
from bot.language.times.reading import Reading, output, read, read_strictly

__all__ = ["ImpossibleTime", "Reading", "output", "read", "read_strictly"]
