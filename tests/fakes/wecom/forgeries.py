"""Requests that are not genuine, or genuine but not readable: none may be taken, none may make the receiver stumble."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.fakes.wecom import markup
from tests.fakes.wecom.cipher import padded
from tests.fakes.wecom.parcel import Letter
from tests.fakes.wecom.post import Post

#: Seconds a timestamp may be off before a receiver should not believe it.
STALE = 2 * 3600
TOO_BIG = 20_000_000
DEEP = 200_000
LAUGHS = """<!DOCTYPE lolz [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>"""


@dataclass(frozen=True)
class Forgery:
    """`expected`: refused (4xx) or survived (2xx to 4xx, and nothing comes of it)."""

    name: str
    letter: Letter
    expected: str = "refused"


def forgeries(post: Post, genuine: str, now: float) -> Iterator[Forgery]:
    """Every wrong request, made from the inner XML of a genuine one."""
    yield from _badly_signed(post, genuine)
    yield from _mistimed(post, genuine, now)
    yield from _badly_sealed(post, genuine)
    yield from _badly_enveloped(post, genuine)
    yield from _unreadable(post)


def questions(post: Post) -> Iterator[Forgery]:
    """Wrong ones of those with which the console verifies a URL."""
    sealed = post.cipher.seal(b"4711")
    good = post.question(sealed)
    yield Forgery("echo with a wrong signature", _changed(good, msg_signature="0" * 40))
    yield Forgery("echo without a signature", _without(good, "msg_signature"))
    yield Forgery("echo for another company", post.question(post.cipher.seal(b"4711", receiveid="wwother")))
    yield Forgery("echo of nothing", _changed(good, echostr=""))
    yield Forgery("echo that is no cipher text", post.question("bm9uc2Vuc2U="))


def _badly_signed(post: Post, genuine: str) -> Iterator[Forgery]:
    good = post.letter(genuine)
    yield Forgery("bad signature", _changed(good, msg_signature="0" * 40))
    yield Forgery("short signature", _changed(good, msg_signature=good.query["msg_signature"][:20]))
    yield Forgery("signature that is not ASCII", _changed(good, msg_signature="é¡¢"))
    yield Forgery("empty signature", _changed(good, msg_signature=""))
    for name in ("msg_signature", "timestamp", "nonce"):
        yield Forgery(f"no {name}", _without(good, name))
    yield Forgery("another nonce", _changed(good, nonce="1"))
    yield Forgery("no query at all", replace(good, query={}))


def _mistimed(post: Post, genuine: str, now: float) -> Iterator[Forgery]:
    for name, stamp in (
        ("stale timestamp", str(int(now) - STALE)),
        ("timestamp from the future", str(int(now) + STALE)),
        ("timestamp in words", "yesterday"),
        ("timestamp nan", "nan"),
        ("timestamp in other digits", "١٧٦٣٧٠٠٠٠٠"),
        ("endless timestamp", "9" * 400),
    ):
        sealed = post.cipher.seal(genuine.encode())
        letter = post.enveloped(sealed)
        yield Forgery(name, replace(letter, query=post.signed(sealed, timestamp=stamp)))


def _badly_sealed(post: Post, genuine: str) -> Iterator[Forgery]:
    """The signature is right: whoever has the token, or a broken machine, sends this."""
    sealed, message = post.cipher.seal(genuine.encode()), genuine.encode()
    raw = bytearray(base64.b64decode(sealed))
    raw[20] ^= 0x55
    yield Forgery("tampered, old signature", replace(post.letter(genuine), body=post.enveloped(_b64(raw)).body))
    raw[-1] ^= 0x55
    for name, wrong in (
        ("wrong receiveid", post.cipher.seal(message, receiveid="wwanother0000000")),
        ("no receiveid", post.cipher.seal(message, receiveid="")),
        ("receiveid with a tail", post.cipher.seal(message, receiveid=post.cipher.receiveid + "x")),
        ("tampered cipher text", _b64(raw)),
        ("half a block", _b64(raw[:-7])),
        ("no base64", "!!!" + sealed),
        ("nothing sealed", ""),
        ("garbage sealed", post.cipher.encrypt(b"\x9f" * 64)),
        ("a length beyond the end", post.cipher.encrypt(padded(b"r" * 16 + b"\xff\xff\xff\xff" + message))),
        ("shorter than its head", post.cipher.encrypt(padded(b"r" * 5))),
    ):
        yield Forgery(name, post.enveloped(wrong))


def _badly_enveloped(post: Post, genuine: str) -> Iterator[Forgery]:
    good = post.letter(genuine)
    yield Forgery("too large a body", replace(good, body=good.body + b" " * TOO_BIG))
    for name, body in (
        ("empty body", b""),
        ("no XML", b"hello"),
        ("JSON", b'{"encrypt": "x"}'),
        ("XML without Encrypt", b"<xml></xml>"),
        ("invalid UTF-8", b"<xml><Encrypt>\xff\xfe</Encrypt></xml>"),
        ("entities around", LAUGHS.encode() + good.body.replace(b"<xml>", b"<xml><x>&d;</x>")),
        ("a DTD from elsewhere", b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd">' + good.body),
        ("nested too deep", b"<a>" * DEEP + b"</a>" * DEEP),
        ("two Encrypts", good.body.replace(b"</xml>", b"<Encrypt>x</Encrypt></xml>")),
    ):
        yield Forgery(name, replace(good, body=body))


def _unreadable(post: Post) -> Iterator[Forgery]:
    """Rightly signed and sealed, and no message inside."""
    for name, inner in (
        ("nothing inside", ""),
        ("no XML inside", "hello"),
        ("cut XML inside", "<xml><MsgType><![CDATA[te"),
        ("entities inside", LAUGHS + "<xml><MsgType>text</MsgType><Content>&d;</Content></xml>"),
        ("a DTD inside", '<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml><MsgType>text</MsgType></xml>'),
        ("a file inside", '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><xml><Content>&f;</Content></xml>'),
        ("nested too deep inside", "<a>" * DEEP + "</a>" * DEEP),
        ("a text and nothing else", "<xml>text</xml>"),
        ("an empty root", "<xml></xml>"),
        ("no MsgType", markup.write({"FromUserName": "alice", "CreateTime": 1})),
        ("an event without a name", markup.write({"FromUserName": "alice", "MsgType": "event", "CreateTime": 1})),
        ("half a sign", "<xml><Content>\udc80</Content></xml>"),
        ("control signs", "<xml><MsgType>text</MsgType><Content>\x01\x02</Content></xml>"),
    ):
        yield Forgery(name, post.letter(inner), "survived")


def _changed(letter: Letter, **fields: str) -> Letter:
    return replace(letter, query={**letter.query, **fields})


def _without(letter: Letter, name: str) -> Letter:
    return replace(letter, query={each: value for each, value in letter.query.items() if each != name})


def _b64(raw: bytes | bytearray) -> str:
    return base64.b64encode(bytes(raw)).decode()
