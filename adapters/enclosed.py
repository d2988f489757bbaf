"""A message whose way takes no files: its words name them."""

from dataclasses import replace

from crm_core.chat import OutboundMessage
from crm_core.enclosure import weight


def named(message: OutboundMessage) -> OutboundMessage:
    """The message without its files, which stand below its words by name and size."""
    if not message.files:
        return message
    lines = [f"📎 {file.name} ({weight(file.size)})" for file in message.files]
    text = "\n".join(part for part in (message.card.text, *lines) if part)
    return replace(message, card=replace(message.card, text=text), files=())
