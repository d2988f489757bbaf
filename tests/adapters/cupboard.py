"""A shelf in memory, and files on it."""

import hashlib
from dataclasses import dataclass, field

from crm_core import filetypes
from crm_core.chat import DeliveryError
from crm_core.enclosure import Enclosure

PDF = b"%PDF-1.7 our list"
PNG = b"\x89PNG\r\n\x1a\n a poster"


@dataclass
class Cupboard:
    """`crm_core.desk.Shelf`."""

    contents: dict[str, bytes] = field(default_factory=dict)

    async def content(self, digest: str) -> bytes:
        if digest not in self.contents:
            raise DeliveryError("a file is not kept any more", permanent=True)
        return self.contents[digest]

    async def keep(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self.contents[digest] = content
        return digest

    def put(self, name: str, content: bytes) -> Enclosure:
        """The file, ready to go out."""
        digest = hashlib.sha256(content).hexdigest()
        self.contents[digest] = content
        return Enclosure(digest, name, filetypes.mime_of(content, name), len(content))
