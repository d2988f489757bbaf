"""会话内容存档, put together from its section of the configuration."""

from functools import partial
from pathlib import Path

from adapters.wecom.archive.agreements import Agreements
from adapters.wecom.archive.archive import QUEUE, Archive, Parts
from adapters.wecom.archive.census import Census
from adapters.wecom.archive.fetching import Fetching
from adapters.wecom.archive.keys import Keys
from adapters.wecom.archive.library import Library
from adapters.wecom.archive.media import Media
from adapters.wecom.archive.opening import AcceptAll, Opening
from adapters.wecom.archive.ring import KeyFileError, Ring, ring_of_files
from adapters.wecom.transport import Transport
from bot.clock import Clock
from bot.config import ConfigError
from bot.ports.archiving import CoreAlarm, CoreConsents, CoreSafe
from bot.ports.memory import CoreMemory
from bot.threads import Core
from bot.wecom import sections


def keys_of(settings: sections.WeComArchive) -> Ring:
    """The private keys. Raises `ConfigError` with the mend."""
    try:
        return ring_of_files(settings.keys)
    except KeyFileError as error:
        raise ConfigError(f"{error.words.en} · {error.words.zh}") from None


def open_archive(
    settings: sections.WeCom, core: Core, clock: Clock, accept_all: AcceptAll, calls: Transport | None
) -> Archive:
    """The archive; nothing is read before `start`. `calls`: with its secret, to ask who agreed. Raises `ConfigError`.

    Fetching, opening and files have a process of the library each: what one dies of, the others do not notice.
    """
    section, memory = settings.archive, CoreMemory(core, "wecom", clock)
    safe, consents = CoreSafe(core, "wecom", clock), CoreConsents(core, "wecom", clock)
    library = partial(Library, section.library, settings.corp_id, section.secret)
    fetching, opening, files = library(), library(), library()
    keys = Keys(keys_of(section))
    parts = Parts(
        fetching=Fetching(QUEUE, fetching, safe, memory, clock),
        opening=Opening(QUEUE, opening, keys, safe=safe, consents=consents, accept_all=accept_all, clock=clock),
        keys=keys,
        libraries=(fetching, opening, files),
        media=Media(Path(section.media), files, memory, clock) if section.media else None,
        safe=safe,
        consents=consents,
        alarm=CoreAlarm(core, "wecom", clock),
        memory=memory,
        census=None if calls is None else Census(Agreements(calls), consents, memory, clock),
    )
    return Archive(parts, clock, library_file=section.library)
