"""What is attached. In shared channels Slack sends stubs, which are asked about once."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from adapters.bounded import Bounded
from adapters.slack.errors import SlackError
from adapters.slack.told import object_of, objects_of, word
from adapters.slack.web import Web
from crm_core.chat import Attachment, Document, Urgency

log = logging.getLogger(__name__)

#: What could not be asked about is left alone for so long.
ASK_AGAIN = timedelta(seconds=30)

_MOST = 5_000
_AT_ONCE = 4
_PATIENCE = 2.0
_LARGEST = 2**31


class Files:
    """In memory alone: an attachment is recorded with its message. For one event loop, but `of`."""

    def __init__(self, web: Web, clock: Callable[[], datetime]) -> None:
        self._web = web
        self._clock = clock
        self._known = Bounded[str, Attachment](_MOST)
        self._later = Bounded[str, datetime](_MOST)
        self._places = asyncio.Semaphore(_AT_ONCE)

    def of(self, message: Document) -> tuple[Attachment, ...]:
        """The files of a message, stubs as far as they are known by now."""
        files = {word(file, "id"): file for file in objects_of(message.get("files"))}
        return tuple(self._known.get(name) or attachment_of(file, name) for name, file in files.items() if name)

    async def learn(self, ids: Sequence[str], team: str = "") -> None:
        """Ask about stubs that are not known. Never raises."""
        wanted = [name for name in dict.fromkeys(ids) if name not in self._known and self._may_ask(name)]
        if wanted:
            await asyncio.gather(*(self._learn(name, team) for name in wanted))

    def _may_ask(self, name: str) -> bool:
        return name not in self._later or self._later[name] <= self._clock()

    async def _learn(self, name: str, team: str) -> None:
        async with self._places:
            try:
                answer = await self._web.call(
                    "files.info", team=team, file=name, patience=_PATIENCE, urgency=Urgency.WAITED_FOR
                )
            except SlackError as error:
                self._later[name] = self._clock() + ASK_AGAIN
                log.info("Slack: a file is not known: %s", error.error)
                return
        self._known[name] = attachment_of(object_of(answer.get("file")), name)


def stubs_in(message: Document) -> list[str]:
    """The files of a message that Slack says nothing about."""
    return [
        word(file, "id")
        for file in objects_of(message.get("files"))
        if word(file, "id") and (word(file, "file_access") == "check_file_info" or word(file, "mode") == "file_access")
    ]


def attachment_of(file: Document, name: str) -> Attachment:
    """A file object of Slack; of one that was taken away only the id is left."""
    size = file.get("size")
    known = size if isinstance(size, int) and not isinstance(size, bool) and 0 <= size < _LARGEST else None
    return Attachment(name, word(file, "name") or word(file, "title"), word(file, "mimetype"), known)


async def fetch(web: Web, name: str, most: int, team: str = "") -> bytes:
    """The bytes of a file, by its id. Raises `SlackError`: with a token that may not see it, Slack answers with a page
    on which to sign in."""
    answer = await web.call("files.info", team=team, file=name, patience=_PATIENCE, urgency=Urgency.WAITED_FOR)
    file = object_of(answer.get("file"))
    known = attachment_of(file, name)
    if known.size is not None and known.size > most:
        raise SlackError("too_large", method="files")
    url = word(file, "url_private_download") or word(file, "url_private")
    got = await web.get(url, team=team, most=most)
    if got.mime == "text/html" and known.mime != got.mime:
        raise SlackError("missing_scope", method="files", needed="files:read")
    return got.content
