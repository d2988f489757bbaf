"""WeCom as the bench plays it: members of staff who write to the app, sealed and signed by a cipher of its own."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlencode

from bench.posting import Acknowledged, Poster
from tests.adapters.wecom.sealing import Platform

#: What is answered in text, with the callback; how often each, of a hundred. {name} is a customer.
TEXTS = {
    "历史 {name}": 40,
    "我的待办": 20,
    "我的设置": 20,
    "帮助 提醒": 20,
}
#: What is answered with a card, which takes a call of its own.
CARDS = {
    "查 {name}": 80,
    "记 {name}：电话里问了报价，下周给方案": 10,
    "提醒 明天上午九点给{name}回电话": 10,
}


@dataclass(frozen=True)
class FarWeCom:
    """`people`: userids of the staff, who ask in turn about `customers`."""

    platform: Platform
    agent_id: int
    people: Sequence[str]
    customers: Sequence[str]
    numbers: Iterator[int] = field(default_factory=lambda: count(7_300_000_000_000_000_001))

    def commands(self, how_many: int, mix: Mapping[str, int] = TEXTS, *, seed: int = 1) -> Iterator[bytes]:
        """Whole requests, sealed now: WeCom's are refused five minutes later."""
        chance = random.Random(seed)
        asked = chance.choices(list(mix), list(mix.values()), k=how_many)
        for at, command in enumerate(asked):
            words = command.format(name=chance.choice(self.customers))
            yield self.request(self._message(self.people[at % len(self.people)], words))

    def arrivals(self, told: Acknowledged, came: Mapping[str, Sequence[float]], *, a_second: float) -> list[float]:
        """Seconds until each answer stood in its chat, fewer than were asked for when some never came.

        `came`: when cards came to whom, in order; `told`: of a paced run, in which each was asked for in turn.
        """
        asked: dict[str, list[float]] = {}
        for at in range(len(told.times)):
            asked.setdefault(self.people[at % len(self.people)], []).append(told.began + at / a_second)
        return [at - due for userid, dues in asked.items() for due, at in zip(dues, came.get(userid, ()), strict=False)]

    def request(self, text: str) -> bytes:
        encrypted = self.platform.encrypt(text)
        query = self.platform.query(encrypted, datetime.now(UTC), nonce=str(next(self.numbers)))
        outer = f"<ToUserName>{self.platform.receive_id}</ToUserName><AgentID>{self.agent_id}</AgentID>"
        body = f"<xml>{outer}<Encrypt>{encrypted}</Encrypt></xml>"
        head = f"POST /wecom/callback?{urlencode(query)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    def _message(self, userid: str, words: str) -> str:
        return (
            f"<xml><ToUserName>{self.platform.receive_id}</ToUserName><FromUserName>{userid}</FromUserName>"
            f"<CreateTime>{int(time.time())}</CreateTime><MsgType>text</MsgType><Content><![CDATA[{words}]]></Content>"
            f"<MsgId>{next(self.numbers)}</MsgId><AgentID>{self.agent_id}</AgentID></xml>"
        )


def poster(url: str) -> Poster:
    """Sends requests as they are. An answer that says nothing comes later, by a call of its own."""
    return Poster(url, lambda request: request, lambda reply: not reply)
