"""Pictures and files of a broadcast: which are meant, how they are shown, put in and taken out."""

import re
from collections.abc import Iterable
from hashlib import sha256

from bot import cards
from bot.commands.command import Reply, Turn
from bot.language.phrases import broadcast_files as phrases
from bot.language.problems import PROBLEMS
from crm_core import filetypes
from crm_core.chat import Card
from crm_core.enclosure import LARGEST, MOST, Enclosure, Kind, kind_by_staff, weight
from crm_core.files import handed
from crm_core.files.tables import HandedFile
from crm_core.outreach import enclosures
from crm_core.outreach.tables import Broadcast

_COUNTS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_FILES = r"(?:files?|pictures?|photos?|images?|videos?|attachments?)\b"
_FILES_ZH = r"(?:(?P<count>[1-9一两二三四五六七八九])\s*[个张份]\s*)?(?:附件|文件|图片|照片|视频|图)"
_NUMBERS = r"(?:\s*[#＃]\d{1,18}[,，、]?)"
#: How a file is asked for beside the audience: "with file", "with the last 2 files", "file #12", 带附件, 附件 #12.
_ASKED = (
    re.compile(rf"[\s,，]*(?:带上?|附上?|加上?|配)\s*{_FILES_ZH}(?P<numbers>{_NUMBERS}*)"),
    re.compile(rf"(?:^|[\s,，]+){_FILES_ZH}(?P<numbers>{_NUMBERS}+|(?=\s|$))"),
    re.compile(
        rf"[\s,]*\bwith\s+(?:(?:the|my|a)\s+)?(?:last\s+)?(?:(?P<count>[1-9])\s+)?{_FILES}(?P<numbers>{_NUMBERS}*)",
        re.IGNORECASE,
    ),
    re.compile(rf"[\s,]*\b(?P<count>){_FILES}(?P<numbers>{_NUMBERS}+)", re.IGNORECASE),
)


def split(turn: Turn, text: str) -> tuple[str, list[HandedFile]] | None:
    """What is left of "VIP with file #12" without the file, and the file; None: no file is asked for. Raises
    `NotFound`."""
    found = next((found for pattern in _ASKED if (found := pattern.search(text)) is not None), None)
    if found is None:
        return None
    rest = f"{text[: found.start()].strip()} {text[found.end() :].strip()}".strip()
    return rest, _meant(turn, found["numbers"], found["count"] or "")


def meant(turn: Turn, text: str) -> list[HandedFile]:
    """The files that a step names: by number, how many, or those of this message, else the last one. Raises
    `NotFound`."""
    if turn.files and not text:
        return list(turn.files)
    numbers = re.findall(r"[#＃](\d{1,18})", text)
    counts = re.fullmatch(r"\s*([1-9一两二三四五六七八九])\s*", text)
    return _meant(turn, " ".join(numbers), counts[1] if counts else "")


def require_all(turn: Turn) -> None:
    """Nothing is sent without a file that was meant to be with it: raises what is wrong."""
    if turn.missing:
        raise turn.refusal(phrases.MISSING, why=_problems(turn))


def received(turn: Turn) -> Reply:
    """What can be done with files that came without words."""
    lines = [turn.say(phrases.GOT, id=file.id, file=_line(turn, _enclosure(file))) for file in turn.files]
    if not lines:
        return Reply(Card(text=_problems(turn)), personal=False)
    numbers = " ".join(f"#{file.id}" for file in turn.files)
    text = turn.say(phrases.RECEIVED, numbers=numbers)
    return Reply(Card(text="\n".join(part for part in (*lines, text, _problems(turn)) if part)), personal=False)


def mark(broadcast: Broadcast) -> str:
    """What tells the files of a broadcast from others; "" for none."""
    files = enclosures.of(broadcast)
    return sha256(" ".join(file.digest for file in files).encode()).hexdigest()[:6] if files else ""


def listed(turn: Turn, files: Iterable[Enclosure], ways: Iterable[str] = ()) -> str:
    """The files by name, size and how they will look; `ways`: the platforms it goes to."""
    by_staff = any(name in turn.config.manners.asking for name in ways)
    return cards.listed(turn, [_line(turn, file, by_staff=by_staff) for file in files])


def _meant(turn: Turn, numbers: str, count: str) -> list[HandedFile]:
    named = [int(number) for number in re.findall(r"\d+", numbers)]
    if named:
        return handed.by_number(turn.session, named[: MOST + 1], viewer=turn.viewer)
    wanted = int(count) if count.isdecimal() else _COUNTS.get(count, 1)
    return handed.latest(turn.session, wanted, viewer=turn.viewer, conversation_id=turn.room.id, now=turn.now)


def _line(turn: Turn, file: Enclosure, *, by_staff: bool = False) -> str:
    kind = _kind(file)
    looks = [turn.say(phrases.KINDS[kind])]
    there = kind_by_staff(file)
    if by_staff and there is not None and there is not kind:
        looks.append(turn.say(phrases.AS_FILE))
    return turn.say(phrases.FILE, name=file.name, size=weight(file.size), looks=cards.listed(turn, looks))


def _kind(file: Enclosure) -> Kind:
    if file.mime in filetypes.PICTURES:
        return Kind.IMAGE
    return Kind.VIDEO if file.mime == "video/mp4" else Kind.FILE


def _problems(turn: Turn) -> str:
    said = [
        turn.say(phrases.NOT_GOT, name=name or turn.say(phrases.UNNAMED), why=_why(turn, problem))
        for name, problem in turn.missing
    ]
    return "\n".join(said)


def _why(turn: Turn, problem: str) -> str:
    return turn.say(PROBLEMS[problem], limit=LARGEST // 2**20)


def _enclosure(file: HandedFile) -> Enclosure:
    return Enclosure(file.digest, file.name, file.mime, file.size)
