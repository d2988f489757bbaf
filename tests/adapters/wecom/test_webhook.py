"""WeCom's callback on the running program: what is genuine is kept and answered, nothing else gets in.

One program for all of them: each looks at what is new since it began.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from crm_core.database import Database
from tests.adapters.wecom import conftest
from tests.adapters.wecom.far import CORP, SECRET, Far
from tests.adapters.wecom.knocking import Knocker, event, message
from tests.adapters.wecom.sealing import AES_KEY, TOKEN, Platform
from tests.running import Running, running

Kept = Callable[[], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def far() -> Iterator[Far]:
    with conftest.far_side() as far:
        yield far


@pytest.fixture(scope="module")
def program(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, far: Far) -> Iterator[Running]:
    path = tmp_path_factory.mktemp("webhook") / "crmbot.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    conftest.hire(database)
    with running(conftest.configured(database, far)) as program:
        yield program
    database.close()


@pytest.fixture
def kept(program: Running) -> Kept:
    """What stands in the ledger since the test began, in order."""
    before = len(conftest.kept(program))
    return lambda: conftest.kept(program)[before:]


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def wecom(program: Running, client: httpx.Client) -> Knocker:
    return Knocker(program.url, client)


def test_the_address_is_verified_with_what_was_asked_and_nothing_else(wecom: Knocker) -> None:
    for asked in ("1616140317555161061", "a+b/c==", ""):
        encrypted = wecom.platform.encrypt(asked)
        query = {**wecom.platform.query(encrypted, datetime.now(UTC)), "echostr": encrypted}
        answer = wecom.verify(query)
        assert (answer.status_code, answer.text) == ((200, asked) if asked else (401, answer.text))


def test_a_question_whose_plus_became_a_blank_is_verified_too(wecom: Knocker) -> None:
    encrypted = next(text for number in range(99) if "+" in (text := wecom.platform.encrypt(str(number))))
    query = {**wecom.platform.query(encrypted, datetime.now(UTC)), "echostr": encrypted.replace("+", " ")}
    assert wecom.verify(query).status_code == 200


def test_what_a_member_of_staff_says_is_answered_with_the_request(wecom: Knocker) -> None:
    answer = wecom.post(message("alice", "帮助"))
    assert answer.status_code == 200
    reply = wecom.platform.opened(answer)
    assert "<ToUserName><![CDATA[alice]]></ToUserName>" in reply
    assert f"<FromUserName><![CDATA[{CORP}]]></FromUserName>" in reply
    assert "<MsgType><![CDATA[text]]></MsgType>" in reply
    assert "待办" in reply


def test_the_same_message_again_is_kept_once_and_answered_once(wecom: Knocker, kept: Kept) -> None:
    said = message("alice", "帮助")
    first, again = wecom.post(said), wecom.post(said, nonce="another")
    assert first.text
    assert (again.status_code, again.text) == (200, "")
    assert len(kept()) == 1


def test_a_request_that_is_sent_again_by_somebody_changes_nothing(wecom: Knocker, kept: Kept) -> None:
    encrypted = wecom.platform.encrypt(message("alice", "帮助"))
    assert wecom.post_encrypted(encrypted).text
    assert wecom.post_encrypted(encrypted).text == ""
    assert len(kept()) == 1


def test_two_events_of_one_second_stay_two(wecom: Knocker, kept: Kept) -> None:
    for customer in ("wmA", "wmB", "wmA"):
        more = f"<ChangeType>add_external_contact</ChangeType><UserID>alice</UserID><ExternalUserID>{customer}"
        assert wecom.post(event("sys", "change_external_contact", f"{more}</ExternalUserID>")).text == ""
    assert [body["fields"]["ExternalUserID"] for body in kept()] == ["wmA", "wmB"]


def test_what_opens_something_is_not_stored(wecom: Knocker, kept: Kept) -> None:
    more = "<ChangeType>add_external_contact</ChangeType><WelcomeCode>hunter2</WelcomeCode>"
    wecom.post(event("sys", "change_external_contact", more))
    wecom.post(event("sys", "kf_msg_or_event", "<Token>hunter2</Token><OpenKfId>wk1</OpenKfId>"))
    wecom.post(event("alice", "template_card_event", "<ResponseCode>hunter2</ResponseCode><TaskId>t</TaskId>"))
    assert len(kept()) == 3
    assert "hunter2" not in str(kept())


def test_a_doorbell_without_a_sender_is_taken(wecom: Knocker, kept: Kept) -> None:
    xml = (
        f"<xml><ToUserName>{CORP}</ToUserName><CreateTime>1348831860</CreateTime><MsgType>event</MsgType>"
        "<Event>kf_msg_or_event</Event><Token>ENC</Token><OpenKfId>wk2</OpenKfId></xml>"
    )
    assert wecom.post(xml).status_code == 200
    assert kept()[0]["fields"]["OpenKfId"] == "wk2"


@pytest.mark.parametrize("words", ["]]>", "<!DOCTYPE x>", "&amp;", "\x01\x0b", "<a href='x'>"])
def test_whatever_somebody_types_is_taken(wecom: Knocker, kept: Kept, words: str) -> None:
    said = message("alice", words.replace("]]>", "]]]]><![CDATA[>"))
    answer = wecom.post(said)
    assert answer.status_code == 200
    assert kept()[0]["fields"]["Content"] == words.replace("\x01\x0b", "")


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
OUTSIDE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><xml><Encrypt>a</Encrypt></xml>'


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"<xml></xml>", b"<xml>x</xml>", ENTITIES.encode(), OUTSIDE.encode(), b"<a>" * 9_000, b"\xff\xfe<xml>",
     b"<xml><Encrypt><x/></Encrypt></xml>", "<xml><Encrypt>é</Encrypt></xml>".encode("gbk", "ignore"),
     b"<xml>" + b"<a/>" * 9_000 + b"</xml>"],
    ids=range(11),
)  # fmt: skip
def test_a_body_that_is_not_what_wecom_sends_is_refused(wecom: Knocker, kept: Kept, body: bytes) -> None:
    answer = wecom.raw(body, wecom.platform.query("a", datetime.now(UTC)))
    assert answer.status_code in {400, 401}
    assert kept() == []


@pytest.mark.parametrize("xml", ["", "no xml", ENTITIES, OUTSIDE, "<xml>", "<xml>only text</xml>", b"\xff\xfe\xfd"])
def test_what_is_sealed_well_and_cannot_be_read_is_refused(wecom: Knocker, kept: Kept, xml: str | bytes) -> None:
    assert wecom.post(xml).status_code in {400, 401}
    assert kept() == []


@pytest.mark.parametrize("blocks", [b"", b"\0" * 32, b"\xff" * 64, bytes(range(32)), b"x" * 48], ids=len)
def test_garbage_under_a_good_signature_is_refused(wecom: Knocker, kept: Kept, blocks: bytes) -> None:
    assert wecom.post_encrypted(wecom.platform.encrypt_raw(blocks)).status_code in {400, 401}
    assert wecom.post_encrypted("not base64!").status_code == 401
    assert kept() == []


def test_what_another_company_another_key_or_another_token_sealed_is_refused(wecom: Knocker, kept: Kept) -> None:
    others = (
        Platform(receive_id="ww-another"),
        Platform(receive_id=""),
        Platform(aes_key="b" * 43),
        Platform(token="another"),
    )
    for platform in others:
        wecom.platform = platform
        assert wecom.post(message("alice", "帮助")).status_code == 401
    assert kept() == []


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce"])
def test_a_request_without_all_of_its_seal_is_refused(wecom: Knocker, missing: str) -> None:
    encrypted = wecom.platform.encrypt(message("alice", "帮助"))
    query = wecom.platform.query(encrypted, datetime.now(UTC))
    query[missing] = ""
    assert wecom.raw(f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode(), query).status_code == 401


@pytest.mark.parametrize("timestamp", ["-1", "1e9", "９", "9" * 400, "now"])
def test_a_strange_moment_is_refused(wecom: Knocker, timestamp: str) -> None:
    query = {"msg_signature": wecom.platform.sign(timestamp, "n", "e"), "timestamp": timestamp, "nonce": "n"}
    assert wecom.raw(b"<xml><Encrypt>e</Encrypt></xml>", query).status_code == 401


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_moment_that_is_too_far_from_ours_is_refused(wecom: Knocker, kept: Kept, minutes: int) -> None:
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    assert wecom.post(message("alice", "帮助"), at=at).status_code == 401
    assert kept() == []


def test_a_body_that_is_too_long_is_refused_before_it_is_read(wecom: Knocker) -> None:
    query = wecom.platform.query("a", datetime.now(UTC))
    assert wecom.raw(b"<xml>" + b"a" * 70_000, query).status_code == 413
    pieces = (b"a" * 10_000 for _ in range(10))
    assert wecom.client.post(f"{wecom.url}/wecom/callback", params=query, content=pieces).status_code == 413


def test_a_voice_a_place_and_a_link_are_recorded_and_not_answered(wecom: Knocker, kept: Kept, far: Far) -> None:
    before = len(far.paths())
    wecom.post(message("alice", "", kind="voice", more="<MediaId>m1</MediaId><Format>amr</Format>"))
    wecom.post(message("alice", "", kind="location", more="<Location_X>23.1</Location_X><Label>广州塔</Label>"))
    wecom.post(message("alice", "", kind="link", more="<Title>Acme</Title><Url>https://example.com</Url>"))
    wecom.post(message("alice", "", kind="hologram"))
    assert len(kept()) == 4
    assert "message/send" not in far.paths()[before:]


def test_an_entry_of_the_menu_is_a_command(wecom: Knocker) -> None:
    answer = wecom.post(event("alice", "click", "<EventKey>help</EventKey>"))
    assert "待办" in wecom.platform.opened(answer)


def test_nothing_secret_is_logged(wecom: Knocker, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wecom.post(message("alice", "客户的话很秘密"))
    wecom.raw(b"<xml>", {})
    for secret in (SECRET, TOKEN, AES_KEY, "token-1"):
        assert secret not in caplog.text
    above = "".join(record.getMessage() for record in caplog.records if record.levelno > logging.DEBUG)
    assert "秘密" not in above
