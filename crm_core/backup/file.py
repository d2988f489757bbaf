"""The file of a backup: a ZIP with each table as lines of JSON arrays, the same for SQLite and PostgreSQL.

`manifest.json` is written last and says what must be in it: a file without one was never finished. Times stand there as
UTC, truth values as 0 and 1, JSON documents as text.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from crm_core.errors import Invalid

#: Raised when an older program could not read what is written.
FORMAT = 1
#: What every finished backup ends with.
SUFFIX = ".backup.zip"

_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 10 * 2**20
_COMPRESSION = 3
_BROKEN = (BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, NotImplementedError)

#: Hears (rows done, rows in all).
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Table:
    """What the file holds of one table. `digest`: SHA-256 of its lines."""

    columns: tuple[str, ...]
    rows: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """`revision`: of the schema. `version`: of the program. `tables`: in an order in which each refers to earlier ones.
    `sequences`: the last number given to a row, of the tables that never give one twice."""

    taken_at: datetime
    revision: str
    version: str
    dialect: str
    tables: Mapping[str, Table]
    sequences: Mapping[str, int]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


class Draft:
    """A backup that is being written."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive

    def put(self, name: str, columns: tuple[str, ...], lines: Iterable[str]) -> Table:
        """Write the lines of a table."""
        digest, rows = hashlib.sha256(), 0
        with self._archive.open(_member(name), "w", force_zip64=True) as member:
            for line in lines:
                written = f"{line}\n".encode()
                digest.update(written)
                member.write(written)
                rows += 1
        return Table(columns, rows, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        document = {"format": FORMAT, **asdict(manifest), "taken_at": manifest.taken_at.isoformat()}
        self._archive.writestr(_MANIFEST, json.dumps(document, indent=1))


class Backup:
    """A backup that is read. Whatever is wrong with it is an `Invalid`."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self._archive = archive
        self.name = name
        with self._sound():
            self.manifest = _manifest(archive)

    def rows(self, table: str) -> Iterator[list[Any]]:
        """The rows of a table, checked against the manifest when the last one was read."""
        told, digest, count = self.manifest.tables[table], hashlib.sha256(), 0
        with self._sound(), self._archive.open(_member(table)) as member:
            for line in TextIOWrapper(member, encoding="utf-8", newline="\n"):
                digest.update(line.encode())
                row = json.loads(line)
                if len(row) != len(told.columns):
                    raise Invalid("backup_broken", file=self.name)
                yield row
                count += 1
        if (count, digest.hexdigest()) != (told.rows, told.digest):
            raise Invalid("backup_broken", file=self.name)

    @contextmanager
    def _sound(self) -> Iterator[None]:
        try:
            yield
        except _BROKEN:
            raise Invalid("backup_broken", file=self.name) from None


@contextmanager
def drafting(path: Path) -> Iterator[Draft]:
    """Write a backup; it gets its name when it is whole, on the disk and read back. Until then nobody takes it for one.

    Only its owner may read it.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
                yield Draft(archive)
            file.flush()
            os.fsync(file.fileno())
        check(draft)
        draft.replace(path)
        settle(path.parent)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


@contextmanager
def reading(path: Path) -> Iterator[Backup]:
    """Open a backup. Raises `Invalid` when it is missing, broken or not one."""
    try:
        archive = ZipFile(path)
    except FileNotFoundError:
        raise Invalid("backup_missing", file=path.name) from None
    except (OSError, *_BROKEN):
        raise Invalid("backup_broken", file=path.name) from None
    with archive:
        yield Backup(archive, path.name)


def check(path: Path, progress: Progress | None = None) -> Manifest:
    """Read a backup from end to end. Raises `Invalid` unless every row is there as it was written."""
    with reading(path) as backup:
        done, total = 0, backup.manifest.rows
        for name in backup.manifest.tables:
            for _ in backup.rows(name):
                done += 1
                if progress is not None and done % 1000 == 0:
                    progress(done, total)
        return backup.manifest


def settle(folder: Path) -> None:
    """Have the names in this folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _manifest(archive: ZipFile) -> Manifest:
    if archive.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
        raise ValueError("the manifest is too large")
    told = json.loads(archive.read(_MANIFEST))
    if told["format"] > FORMAT:
        raise Invalid("backup_newer", version=str(told.get("version", "?")))
    tables = {
        name: Table(tuple(table["columns"]), int(table["rows"]), str(table["digest"]))
        for name, table in told["tables"].items()
    }
    return Manifest(
        taken_at=datetime.fromisoformat(told["taken_at"]),
        revision=str(told["revision"]),
        version=str(told["version"]),
        dialect=str(told["dialect"]),
        tables=tables,
        sequences={name: int(number) for name, number in told["sequences"].items()},
    )
