"""What a platform delivered, as it can be stored."""

from dataclasses import replace

from crm_core.chat import Attachment, Happening, InboundMessage
from crm_core.errors import Invalid

#: Longest id of a message, a room or a person that is accepted, in characters; longer names and titles are cut.
LONGEST_ID = 255

#: What is about a message, and must name it.
_ABOUT_A_MESSAGE = frozenset(
    {Happening.POSTED, Happening.EDITED, Happening.DELETED, Happening.MARKED, Happening.UNMARKED}
)
#: Whose text is the name of a mark or the id of a room.
_NAMED_IN_THE_TEXT = frozenset({Happening.MARKED, Happening.UNMARKED, Happening.MOVED})


def checked(inbound: InboundMessage) -> InboundMessage:
    """The message as it can be stored. Raises `Invalid("message_malformed")`."""
    room, sender = inbound.room, inbound.sender
    name = inbound.text if inbound.happening in _NAMED_IN_THE_TEXT else ""
    people = (sender.platform_id, sender.team, *(member.platform_id for member in room.members))
    ids = (inbound.platform, room.platform_id, inbound.platform_message_id, inbound.thread_id, name, *people)
    if not _is_named(inbound) or max(map(len, ids)) > LONGEST_ID or not _storable("".join(ids)):
        raise Invalid("message_malformed")
    loose = "".join((inbound.text, room.title, sender.name, sender.email, sender.phone))
    if inbound.attachments or len(loose) - len(inbound.text) > LONGEST_ID or not _storable(loose):
        return _tidied(inbound)
    return inbound


def _is_named(inbound: InboundMessage) -> bool:
    """Whether it says what it is about."""
    happening = inbound.happening
    message = inbound.platform_message_id or happening not in _ABOUT_A_MESSAGE
    name = inbound.text or happening not in _NAMED_IN_THE_TEXT
    return bool(inbound.platform and inbound.room.platform_id and message and name)


def _tidied(inbound: InboundMessage) -> InboundMessage:
    room, sender = inbound.room, inbound.sender
    return replace(
        inbound,
        text=_storable_form(inbound.text),
        room=replace(room, title=_short(room.title)),
        sender=replace(sender, name=_short(sender.name), email=_short(sender.email), phone=_short(sender.phone)),
        attachments=tuple(
            Attachment(_short(file.platform_file_id, 2000), _short(file.name), _short(file.mime), file.size)
            for file in inbound.attachments
        ),
    )


def _storable(text: str) -> bool:
    """Whether every database can hold it: no NUL character, no half of a surrogate pair."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and text == text.encode("utf-8", "replace").decode("utf-8")


def _storable_form(text: str) -> str:
    return text if _storable(text) else text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _short(text: str, longest: int = LONGEST_ID) -> str:
    return _storable_form(text[:longest])
