"""What is said to somebody who is not on the staff list."""

from sqlmodel import Session

from bot.answering.acquaintance import admins
from bot.answering.scene import Answer, Scene
from bot.language.listing import listed
from bot.language.phrases import router as phrases
from crm_core.chat import Card, SenderKind
from crm_core.conversations import optouts


def to_stranger(session: Session, scene: Scene, language: str) -> Answer:
    """Customers and guests are told that this is for staff, unless they opt out or in; anybody else whom to ask, or
    while there is nobody to ask, how the first administrator is made."""
    sender, apart = scene.inbound.sender, scene.discreet and scene.in_group
    if sender.kind in (SenderKind.GUEST, SenderKind.EXTERNAL):
        heard = optouts.heard(session, scene.inbound)
        said = phrases.OUTSIDER if heard is None else phrases.OPTED_OUT if heard else phrases.OPTED_IN
        return Answer(Card(text=said.say(language)), apart, language)
    names, handle = listed(admins(session), language), f"{scene.inbound.platform}:{sender.platform_id}"
    if names:
        return Answer(Card(text=phrases.STRANGER.say(language, admins=names, handle=handle)), apart, language)
    return Answer(Card(text=phrases.NO_ADMIN.say(language, handle=handle)), apart, language)
