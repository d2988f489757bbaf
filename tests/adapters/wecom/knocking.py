"""WeCom at the door of the running program."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from tests.adapters.wecom.far import CORP
from tests.adapters.wecom.sealing import Platform

AGENT = 1_000_002

_numbers = itertools.count(7_300_000_000_000_000_001)


@dataclass
class Knocker:
    """Posts callbacks. `platform`: with the seal of the configuration."""

    url: str
    client: httpx.Client
    platform: Platform = field(default_factory=Platform)

    def post(self, xml: str | bytes, *, at: datetime | None = None, nonce: str = "n0nce") -> httpx.Response:
        encrypted = self.platform.encrypt(xml)
        return self.post_encrypted(encrypted, at=at, nonce=nonce)

    def post_encrypted(self, encrypted: str, *, at: datetime | None = None, nonce: str = "n0nce") -> httpx.Response:
        query = self.platform.query(encrypted, at or datetime.now(UTC), nonce)
        body = f"<xml><ToUserName>{CORP}</ToUserName><AgentID>{AGENT}</AgentID><Encrypt>{encrypted}</Encrypt></xml>"
        return self.raw(body.encode(), query)

    def raw(self, body: bytes, query: dict[str, str]) -> httpx.Response:
        return self.client.post(f"{self.url}/wecom/callback", params=query, content=body)

    def verify(self, query: dict[str, str]) -> httpx.Response:
        return self.client.get(f"{self.url}/wecom/callback", params=query)


def message(userid: str, words: str, *, number: int | None = None, kind: str = "text", more: str = "") -> str:
    """The XML of something said."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{userid}]]></FromUserName>"
        f"<CreateTime>1348831860</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
        f"<Content><![CDATA[{words}]]></Content>{more}<MsgId>{number or next(_numbers)}</MsgId>"
        f"<AgentID>{AGENT}</AgentID></xml>"
    )


def event(userid: str, name: str, more: str = "", *, at: int = 1_348_831_860) -> str:
    """The XML of an event."""
    return (
        f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>{userid}</FromUserName><CreateTime>{at}</CreateTime>"
        f"<MsgType>event</MsgType><Event>{name}</Event>{more}</xml>"
    )
