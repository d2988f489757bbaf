"""The library of 会话内容存档 (C ABI of its page "获取会话内容") in a process of its own, so that what happens to it
happens to nobody else. Run by its path, without anything of the program; speaks frames over standard input and output.

A frame is two lengths of four bytes, a JSON object, and bytes. The first request, `open`, brings the secret; it is
in no argument, environment or file. Whatever the library prints goes nowhere.
"""

import ctypes
import json
import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

Header = dict[str, Any]

HEAD = struct.Struct(">II")
_PDEATHSIG = 1

_POINTER, _TEXT, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
#: Function → what it takes, what it gives.
_FUNCTIONS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "NewSdk": ((), _POINTER),
    "Init": ((_POINTER, _TEXT, _TEXT), _INT),
    "DestroySdk": ((_POINTER,), None),
    "GetChatData": ((_POINTER, ctypes.c_uint64, ctypes.c_uint32, _TEXT, _TEXT, _INT, _POINTER), _INT),
    "DecryptData": ((_TEXT, _TEXT, _POINTER), _INT),
    "GetMediaData": ((_POINTER, _TEXT, _TEXT, _TEXT, _TEXT, _INT, _POINTER), _INT),
    "NewSlice": ((), _POINTER),
    "FreeSlice": ((_POINTER,), None),
    "GetContentFromSlice": ((_POINTER,), _POINTER),
    "GetSliceLen": ((_POINTER,), _INT),
    "NewMediaData": ((), _POINTER),
    "FreeMediaData": ((_POINTER,), None),
    "GetData": ((_POINTER,), _POINTER),
    "GetDataLen": ((_POINTER,), _INT),
    "GetOutIndexBuf": ((_POINTER,), _POINTER),
    "GetIndexLen": ((_POINTER,), _INT),
    "IsMediaDataFinish": ((_POINTER,), _INT),
}


class Library:
    """The functions, with Python's values on this side. `code` 0 is good; 10000 and more are the library's own."""

    def __init__(self, path: str, corp_id: str, secret: str) -> None:
        self._so = ctypes.CDLL(path)
        for name, (takes, gives) in _FUNCTIONS.items():
            function = getattr(self._so, name)
            function.argtypes, function.restype = takes, gives
        self._sdk = self._so.NewSdk()
        self.code = int(self._so.Init(self._sdk, corp_id.encode(), secret.encode()))

    def chat(self, seq: int, limit: int, seconds: int) -> tuple[int, bytes]:
        """Rows after this number, as JSON."""
        piece = self._so.NewSlice()
        try:
            code = self._so.GetChatData(self._sdk, seq, limit, b"", b"", seconds, piece)
            return int(code), self._content(piece) if code == 0 else b""
        finally:
            self._so.FreeSlice(piece)

    def decrypt(self, key: bytes, message: bytes) -> tuple[int, bytes]:
        piece = self._so.NewSlice()
        try:
            code = self._so.DecryptData(key, message, piece)
            return int(code), self._content(piece) if code == 0 else b""
        finally:
            self._so.FreeSlice(piece)

    def media(self, index: str, file_id: str, seconds: int) -> tuple[int, bytes, str, bool]:
        """A piece of a file, the index of the next, and whether this was the last."""
        piece = self._so.NewMediaData()
        try:
            code = self._so.GetMediaData(self._sdk, index.encode("latin-1"), file_id.encode(), b"", b"", seconds, piece)
            if code != 0:
                return int(code), b"", "", False
            data = _bytes(self._so.GetData(piece), self._so.GetDataLen(piece))
            following = _bytes(self._so.GetOutIndexBuf(piece), self._so.GetIndexLen(piece))
            return 0, data, following.decode("latin-1"), self._so.IsMediaDataFinish(piece) == 1
        finally:
            self._so.FreeMediaData(piece)

    def _content(self, piece: int) -> bytes:
        return _bytes(self._so.GetContentFromSlice(piece), self._so.GetSliceLen(piece))


def _bytes(address: int | None, length: int) -> bytes:
    return ctypes.string_at(address, length) if address and length > 0 else b""


class Serving:
    """Answers requests with one library."""

    def __init__(self) -> None:
        self._library: Library | None = None

    def frame(self, asked: Header, body: bytes) -> tuple[Header, bytes]:
        """The answer to a request."""
        if asked["do"] == "open":
            self._library, answer = _opened(asked)
            return answer, b""
        assert self._library is not None  # noqa: S101
        return _DO[asked["do"]](self._library, asked, body)


def _opened(asked: Header) -> tuple[Library | None, Header]:
    try:
        library = Library(asked["library"], asked["corp_id"], asked["secret"])
    except (OSError, AttributeError) as error:
        return None, {"problem": "missing" if isinstance(error, OSError) else "foreign"}
    return library, {"code": library.code}


def _chat(library: Library, asked: Header, _body: bytes) -> tuple[Header, bytes]:
    code, rows = library.chat(asked["seq"], asked["limit"], asked["seconds"])
    return {"code": code}, rows


def _decrypt(library: Library, asked: Header, body: bytes) -> tuple[Header, bytes]:
    """`lengths`: of key and message of each row in the body; in the answer the code, or the length of each text."""
    told, texts, at = [], [], 0
    for key_length, message_length in asked["lengths"]:
        key = body[at : at + key_length]
        at += key_length + message_length
        code, text = library.decrypt(key, body[at - message_length : at])
        told.append([code, len(text)])
        texts.append(text)
    return {"rows": told}, b"".join(texts)


def _media(library: Library, asked: Header, _body: bytes) -> tuple[Header, bytes]:
    code, data, index, finished = library.media(asked["index"], asked["file"], asked["seconds"])
    return {"code": code, "index": index, "finished": finished}, data


_DO = {"chat": _chat, "decrypt": _decrypt, "media": _media}


def _read(stream: BinaryIO) -> tuple[Header, bytes] | None:
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    header, body = HEAD.unpack(head)
    return json.loads(stream.read(header)), stream.read(body)


def _write(stream: BinaryIO, header: Header, body: bytes) -> None:
    text = json.dumps(header).encode()
    stream.write(HEAD.pack(len(text), len(body)) + text)
    stream.write(body)
    stream.flush()


def run(frame: Callable[[Header, bytes], tuple[Header, bytes]]) -> None:
    """Answer with `frame` until there are no more requests.

    Keeps the way to the parent to itself, and ends when the parent does, whatever is under way just then.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, int(signal.SIGKILL))
    while (asked := _read(sys.stdin.buffer)) is not None:
        _write(answers, *frame(*asked))


if __name__ == "__main__":
    run(Serving().frame)
