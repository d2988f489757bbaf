"""One request to WeCom's API, made in a thread of the pool with wechatpy's client, and what came of it as a value.

wechatpy writes the request and checks the answer; what it gets wrong is put right here: its retries without end, the
environment's proxies, answers that are no object, endless answers, and errors that carry the address with the secret.
"""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

from adapters.wecom.errors import Remedy, WeComError
from crm_core.chat import Document

#: Threads, and so requests at once, of one secret.
THREADS = 8
#: Seconds to be connected, between two pieces of an answer, and for the whole of it.
CONNECT = 3.05
READ = 10.0
WHOLE = 20.0
#: Bytes of an answer.
MOST = 8_000_000

log = logging.getLogger(__name__)

_PIECE = 65_536
_NO_FILE = frozenset({"application/json", "text/plain", "text/html", ""})
_NEVER_MADE = (ConnectTimeoutError, NewConnectionError, NameResolutionError)


@dataclass(frozen=True)
class Asked:
    """One request; `most` bytes of its answer within `seconds`. `parameters` go into the address, the token among them.

    `raw`: the answer is a file.
    """

    method: str
    path: str
    parameters: tuple[tuple[str, str], ...] = ()
    body: Document | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    most: int = MOST
    seconds: float = WHOLE
    raw: bool = False

    def __repr__(self) -> str:
        """Without what is secret in it."""
        return f"Asked({self.method!r}, {self.path!r})"


@dataclass(frozen=True)
class File:
    """What a media id stands for. `disposition`: the header that names it."""

    content: bytes
    mime: str = ""
    disposition: str = ""


class TooLong(Exception):
    """There is more than may be read."""


class _Unreadable(Exception):
    """The answer is no object, or too slow."""


class _Elsewhere(Exception):
    """Another address is answered with; nobody follows there with a token."""


class _Session(requests.Session):
    """Goes the direct way, follows nowhere, and reads an answer whole within bounds."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("https://", HTTPAdapter(pool_maxsize=THREADS))
        self.mount("http://", HTTPAdapter(pool_maxsize=THREADS))

    def request(self, method: str | bytes, url: str | bytes, *_: Any, **asked: Any) -> requests.Response:
        most, ends = asked.pop("most"), time.monotonic() + asked.pop("seconds")
        if asked["files"]:
            answer = super().request(method, url, stream=True, allow_redirects=False, **asked)
        else:
            answer = self._send_plainly(str(method), str(url), asked["params"], asked["data"], asked["timeout"])
        return _whole(answer, most, ends)

    def fetch(self, url: str, most: int, seconds: float) -> requests.Response:
        """What stands at an address that somebody else wrote, odd as it may be."""
        ends = time.monotonic() + seconds
        answer = super().request("GET", url, stream=True, allow_redirects=False, timeout=(CONNECT, READ))
        return _whole(answer, most, ends)

    def _send_plainly(
        self, method: str, url: str, params: Sequence[tuple[str, str]], data: bytes | None, timeout: tuple[float, float]
    ) -> requests.Response:
        """Without files, and past what a session looks at each time: cookies, hooks, the environment."""
        made = requests.PreparedRequest()
        made.method, made.body, made.hooks = method.upper(), data, default_hooks()
        made.url = f"{url}?{urlencode(params)}" if params else url
        made.headers = CaseInsensitiveDict({name: str(value) for name, value in self.headers.items()})
        if data is not None:
            made.headers["Content-Length"] = str(len(data))
        return self.get_adapter(url).send(made, stream=True, timeout=timeout)


class Client(WeChatClient):  # type: ignore[misc]
    """wechatpy's client at this address; it holds neither secret nor token, which come with each request."""

    def __init__(self, api_url: str) -> None:
        super().__init__("", "", timeout=(CONNECT, READ), auto_retry=False)
        self.API_BASE_URL = api_url
        self._http = _Session()

    def fetch_access_token(self) -> None:
        """Never: tokens are fetched once for all, elsewhere."""
        raise NotImplementedError

    def ask(self, asked: Asked) -> Document | File | WeComError:
        """Make one request. Never raises, so that no error with an address in it is left anywhere."""
        try:
            return self._fetch(asked) if asked.raw else self._call(asked)
        except WeChatClientException as error:
            return _refusal(error, asked.path)
        except requests.exceptions.ConnectionError as error:
            return _unconnected(error, asked.path)
        except (requests.RequestException, HTTPError, OSError):
            return WeComError(path=asked.path, reason="no_answer", unknown=True)
        except _Elsewhere:
            return WeComError(path=asked.path, reason="http_302", what_to_do=Remedy.CONFIGURE)
        except Exception as error:  # noqa: BLE001
            return _unreadable(error, asked)

    def close(self) -> None:
        self._http.close()

    def _call(self, asked: Asked) -> Document:
        answer: Document = self._request(asked.method, asked.path, **_arguments(asked))
        return answer

    def _fetch(self, asked: Asked) -> File:
        """A file, unless the answer is a refusal; a file whose bytes look like one has a name beside it."""
        answer = self._http.request(
            asked.method, self.API_BASE_URL + asked.path, timeout=self.timeout, **_arguments(asked)
        )
        mime, name = answer.headers.get("Content-Type", ""), answer.headers.get("Content-Disposition", "")
        if not answer.ok or (not name and mime.partition(";")[0].strip() in _NO_FILE):
            self._handle_result(answer)
            raise _Unreadable
        return File(answer.content, mime, name)

    def _decode_result(self, res: requests.Response) -> Document:
        """The object that was answered; a byte that is no UTF-8 is seen as such."""
        if res.is_redirect or 300 <= res.status_code < 400:
            raise _Elsewhere
        said = json.loads(res.content.decode("utf-8", "replace"), strict=False)
        if not isinstance(said, dict):
            raise _Unreadable
        return said


def download(url: str, most: int, seconds: float) -> bytes | None:
    """What stands at an address outside the API, asked for without a token; None: it is not to be had, or not in time.
    Raises `TooLong` when it is longer than `most`."""
    try:
        with _Session() as session:
            answer = session.fetch(url, most, seconds)
    except TooLong:
        raise
    except Exception as error:  # noqa: BLE001
        log.debug("a file at an address outside the API: %s", type(error).__name__)
        return None
    return answer.content if answer.status_code == requests.codes.ok else None


def _arguments(asked: Asked) -> dict[str, Any]:
    """As `requests` takes them; parameters in a list, so that wechatpy puts nothing among them."""
    return {
        "params": list(asked.parameters),
        "data": None if asked.body is None else json.dumps(asked.body, ensure_ascii=False).encode("utf-8", "replace"),
        "files": asked.files,
        "most": asked.most,
        "seconds": asked.seconds,
    }


def _whole(answer: requests.Response, most: int, ends: float) -> requests.Response:
    with answer:
        answer._content = _read(answer, most, ends)  # noqa: SLF001
    return answer


def _read(answer: requests.Response, most: int, ends: float) -> bytes:
    """The body, piece by piece as it comes: one that drips does not hold the thread longer than it may."""
    pieces, left = [], most
    while piece := answer.raw.read1(_PIECE, decode_content=True):
        pieces.append(piece)
        left -= len(piece)
        if left < 0:
            raise TooLong
        if time.monotonic() > ends:
            raise _Unreadable
    return b"".join(pieces)


def _refusal(error: WeChatClientException, path: str) -> WeComError:
    if error.errcode is not None:
        return WeComError(int(error.errcode), path=path)
    status = int(error.response.status_code)
    if status >= 500:
        return WeComError(path=path, reason=f"http_{status}", unknown=True)
    return WeComError(path=path, reason=f"http_{status}", what_to_do=Remedy.CONFIGURE)


def _unreadable(error: Exception, asked: Asked) -> WeComError:
    """A file that is too long is as long the next time; what a call did that was answered like this is not known."""
    if asked.raw and isinstance(error, TooLong):
        return WeComError(path=asked.path, reason="too_long", what_to_do=Remedy.GIVE_UP)
    return WeComError(path=asked.path, reason="unreadable", unknown=True)


def _unconnected(error: requests.exceptions.ConnectionError, path: str) -> WeComError:
    """A connection that was never made carried nothing."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, requests.exceptions.SSLError) or isinstance(reason, _NEVER_MADE):
        return WeComError(path=path, reason="unreachable", what_to_do=Remedy.RETRY)
    return WeComError(path=path, reason="no_answer", unknown=True)


def silence() -> None:
    """The log of the HTTP library names addresses, and those hold tokens."""
    logging.getLogger("urllib3.connectionpool").addFilter(_is_no_address)


def _is_no_address(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG
