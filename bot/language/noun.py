"""Counted things in both languages: "1 customer", "2 customers", 2 位客户."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    zh: str
    one: str
    many: str

    def count(self, language: str, number: int) -> str:
        """The number with its noun."""
        if language == "zh":
            return f"{number} {self.zh}"
        return f"{number:,} {self.one if number == 1 else self.many}"


CUSTOMERS = Noun("位客户", "customer", "customers")
COLLEAGUES = Noun("位同事", "colleague", "colleagues")
GROUPS = Noun("个群", "group", "groups")
TODOS = Noun("项", "to-do", "to-dos")
IDENTITIES = Noun("个账号", "account", "accounts")
MESSAGES = Noun("条消息", "message", "messages")
PEOPLE = Noun("人", "person", "people")
STEPS = Noun("步", "step", "steps")
DAYS = Noun("天", "day", "days")
MINUTES = Noun("分钟", "minute", "minutes")
HOURS = Noun("小时", "hour", "hours")
