"""Where a broadcast goes: into which rooms, on which platforms, and how long it takes there."""

from datetime import timedelta

from bot import cards
from bot.commands.command import Turn
from bot.language import moments
from bot.language.phrases import broadcast as phrases
from crm_core.outreach import previews
from crm_core.outreach.places import Place
from crm_core.outreach.previews import Preview

#: So many rooms are named, and of those who read in one.
_PLACES = 4
_READERS = 8


def places(turn: Turn, preview: Preview) -> str:
    """Each of the first rooms with who reads there, one a line."""
    lines = [_place(turn, place) for place in preview.places[:_PLACES]]
    return "\n".join([*lines, turn.say(phrases.MORE_PLACES)] if len(preview.places) > _PLACES else lines)


def _place(turn: Turn, place: Place) -> str:
    names = list(place.readers[:_READERS])
    if len(place.readers) > _READERS:
        names.append(turn.say(phrases.MORE_READERS, count=len(place.readers) - _READERS))
    readers = cards.listed(turn, names) or turn.say(phrases.NO_READERS)
    return turn.say(phrases.PLACE, room=place.title, readers=readers)


def ways(turn: Turn, preview: Preview) -> str:
    """On which platforms, when there are several."""
    if len(preview.ways) < 2:
        return ""
    parts = [
        turn.say(
            phrases.WAY, platform=turn.say(phrases.PLATFORMS[name]) if name in phrases.PLATFORMS else name, count=count
        )
        for name, count in sorted(preview.ways.items(), key=lambda way: -way[1])
    ]
    return cards.listed(turn, parts)


def takes(turn: Turn, preview: Preview) -> str:
    """How long it takes, when that is worth a word."""
    seconds = previews.seconds(preview.ways.items(), turn.config.manners)
    if seconds < 30:
        return ""
    return turn.say(phrases.ABOUT, span=moments.span(timedelta(seconds=seconds), turn.language))
