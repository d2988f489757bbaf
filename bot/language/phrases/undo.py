"""What 撤销 says."""

from bot.language.phrase import Phrase

USAGE = Phrase(zh="撤销", en="undo")
SUMMARY = Phrase(zh="取消刚才的改动", en="take back what you just changed")
UNDONE = Phrase(zh="已撤销:{command}", en="Undone: {command}")
