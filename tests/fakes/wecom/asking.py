"""A plain client for the tests of the fake: httpx, nothing remembered but the token."""

from typing import Any

import httpx

from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.state import State


class Asking:
    """Calls with the secret of one app. `token`: fetched at the first call."""

    def __init__(self, state: State, app: App) -> None:
        self.app = app
        self.token: str | None = None
        self._corp_id = state.corp_id
        self._client = httpx.Client(base_url=f"{state.address}/cgi-bin/", trust_env=False, timeout=10)

    def close(self) -> None:
        self._client.close()

    def renew(self) -> None:
        """Another token at the next call."""
        self.token = None

    def gettoken(self, **query: str) -> Json:
        sent = {"corpid": self._corp_id, "corpsecret": self.app.secret, **query}
        answer: Json = self._client.get("gettoken", params=sent).json()
        return answer

    def get(self, path: str, **query: Any) -> Json:
        answer: Json = self.raw("GET", path, params=query).json()
        return answer

    def post(self, path: str, body: Json | None = None, **fields: Any) -> Json:
        answer: Json = self.raw("POST", path, json={**(body or {}), **fields}).json()
        return answer

    def code(self, path: str, body: Json | None = None, **fields: Any) -> int:
        """The errcode of a POST."""
        return int(self.post(path, body, **fields)["errcode"])

    def raw(self, verb: str, path: str, *, params: Json | None = None, **sent: Any) -> httpx.Response:
        """The answer itself, whatever it is."""
        if self.token is None:
            self.token = self.gettoken()["access_token"]
        return self._client.request(verb, path, params={"access_token": self.token, **(params or {})}, **sent)
