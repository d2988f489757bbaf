"""What an English recurrence begins with: "every", "each", "every other"."""

EVERY = r"\b(?:every|each)\s(?:single\s)?"
OTHER = r"(?P<other>other\s|second\s|2nd\s|alternate\s)?"
