"""What is said about a colleague named inside a command."""

from bot.language.phrase import Phrase

NOBODY = Phrase(
    zh="没有叫“{name}”的同事。{near}发送 成员 看名单。",
    en='There is no colleague called "{name}". {near}See the list with: staff',
)
NEAR = Phrase(zh="是不是 {names}？", en="Did you mean {names}? ")
