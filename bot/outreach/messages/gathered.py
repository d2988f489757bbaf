"""Several nudges that came due at once for one person, on one card."""

from collections.abc import Sequence

from bot.language.phrases import outreach as phrases
from bot.outreach.messages import nudge as nudge_message
from bot.outreach.messages.reader import Reader
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.outreach.tables import Nudge

#: So many can be closed on the card; the others on the list of to-dos.
MOST_BUTTONS = 5


def compose(reader: Reader, nudges: Sequence[Nudge]) -> Card:
    """A line for each, a button to close it, and one for the whole list."""
    say = reader.say
    done = (
        Button(say(phrases.DONE_OF, id=nudge.id), say(phrases.DONE_COMMAND, id=nudge.id))
        for nudge in nudges[:MOST_BUTTONS]
    )
    return Card(
        title=say(phrases.GATHERED, count=len(nudges)),
        items=tuple(nudge_message.line_of(reader, nudge) for nudge in nudges),
        buttons=(*done, Button(say(phrases.TODO), say(phrases.TODO_COMMAND), ButtonStyle.PRIMARY)),
    )
