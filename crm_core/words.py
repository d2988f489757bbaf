"""Sentences in both languages, side by side, for who speaks to people without a turn: the adapters and the doctor."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Holds no secret and nothing of a customer."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        """In "zh" or "en"."""
        return self.zh if language == "zh" else self.en

    def both(self) -> str:
        """For somebody whose language is not known."""
        return f"{self.zh} {self.en}"


_UNREAD: dict[type[OSError], Words] = {
    FileNotFoundError: Words(zh="没有这个文件", en="there is no such file"),
    PermissionError: Words(zh="没有读它的权限", en="it may not be read: look at its permissions"),
    IsADirectoryError: Words(zh="这是一个文件夹，不是文件", en="this is a folder, no file"),
}


def why_unread(error: OSError) -> Words:
    """Why a file could not be read; the system's own words where it is seldom met."""
    said = error.strerror or type(error).__name__
    return _UNREAD.get(type(error), Words(said, said))
