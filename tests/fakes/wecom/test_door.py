"""Tokens, permissions, limits and strictness, as every call meets them."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.faults import Fault, Kind
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample


def body(company: Sample) -> Json:
    sent: Json = {"touser": "alice", "msgtype": "text", "agentid": company.crm.agent_id}
    return sent | {"text": {"content": "hello"}}


def test_a_secret_has_one_token_while_it_lives(fake: Fake, company: Sample, crm: Asking) -> None:
    first = crm.gettoken()
    fake.advance(7199)
    again = crm.gettoken()
    assert (again["access_token"], again["expires_in"]) == (first["access_token"], 1)
    fake.advance(1)
    assert crm.gettoken()["access_token"] != first["access_token"]
    assert [one.again for one in company.world.tokens.fetches] == [False, True, False]


def test_each_way_a_token_can_be_wrong_has_its_code(fake: Fake, company: Sample, crm: Asking) -> None:
    assert crm.code("message/send", body(company)) == 0
    for token, code in (("", 41001), ("made-up", 40014), (crm.token, 42001)):
        crm.token = token
        fake.advance(7200 if code == 42001 else 0)
        assert crm.code("message/send", body(company)) == code


def test_a_token_may_die_early(company: Sample, crm: Asking) -> None:
    assert crm.code("message/send", body(company)) == 0
    company.world.tokens.invalidate(company.crm)
    assert crm.code("message/send", body(company)) == 40014
    crm.token = None
    assert crm.code("message/send", body(company)) == 0


def test_a_token_counts_in_the_query_only(company: Sample, crm: Asking) -> None:
    token, crm.token = crm.gettoken()["access_token"], ""
    assert crm.code("message/send", body(company), access_token=token) == 41001


def test_the_wrong_secret_again_and_again_bars_the_caller_for_an_hour(fake: Fake, crm: Asking) -> None:
    assert [crm.gettoken(corpsecret="wrong")["errcode"] for _ in range(11)] == [40001] * 10 + [45009]
    assert crm.gettoken()["errcode"] == 45009
    fake.advance(3600)
    assert crm.gettoken()["errcode"] == 0


def test_asking_for_tokens_all_the_time_bars_too(company: Sample, crm: Asking) -> None:
    company.world.tokens.hourly = 3
    assert [crm.gettoken()["errcode"] for _ in range(5)] == [0, 0, 0, 45009, 45009]


def test_a_company_nobody_knows_and_what_is_missing(crm: Asking) -> None:
    codes = [crm.gettoken(**query)["errcode"] for query in ({"corpid": "ww1"}, {"corpid": ""}, {"corpsecret": ""})]
    assert codes == [40013, 41002, 41004]


def test_a_secret_may_only_call_what_is_its_own(company: Sample, contact: Asking) -> None:
    assert contact.code("message/send", body(company)) == 48002


def test_the_address_must_be_trusted_and_the_app_switched_on(company: Sample, crm: Asking) -> None:
    company.crm.enabled = False
    assert crm.code("message/send", body(company)) == 50003
    company.crm.trusted = {"203.0.113.7"}
    assert crm.code("message/send", body(company)) == 60020


def test_the_sentence_of_an_error_is_another_one_each_time(company: Sample, contact: Asking) -> None:
    sentences = {contact.post("message/send", body(company))["errmsg"] for _ in range(3)}
    assert len(sentences) == 3
    assert all("hint: [" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"content": b"{"}, 40058),
        ({"content": b""}, 40058),
        ({"content": b"[]"}, 40058),
        ({"content": b'{"agentid": NaN}'}, 40058),
        ({"content": b'{"touser": "\xff"}'}, 40058),
        ({"content": b"[" * 100_000}, 40058),
        ({"data": {"touser": "alice"}}, 40063),
    ],
)
def test_a_body_that_is_no_object_is_refused(crm: Asking, sent: Json, code: int) -> None:
    assert crm.raw("POST", "message/send", **sent).json()["errcode"] == code


def test_the_wrong_method_is_refused(crm: Asking) -> None:
    assert crm.get("message/send")["errcode"] == 40063
    assert crm.code("media/get") == 40063


def test_answers_carry_what_nobody_knows_and_lack_what_is_empty(company: Sample, crm: Asking) -> None:
    answers = [crm.post("message/send", body(company)) for _ in range(20)]
    assert all("x_reserved" in answer for answer in answers)
    assert 0 < sum("invaliduser" in answer for answer in answers) < 20


def test_too_many_calls_are_blocked_until_the_minute_is_over(fake: Fake, company: Sample, crm: Asking) -> None:
    company.world.limits.own["message/send"] = (2, 100)
    assert [crm.code("message/send", body(company)) for _ in range(4)] == [0, 0, 45009, 45009]
    assert [one["what"] for one in fake.journal.of("violation")] == ["called while blocked"]
    fake.advance(60)
    assert crm.code("message/send", body(company)) == 0


def test_too_many_in_parallel_is_another_code(fake: Fake, company: Sample, crm: Asking) -> None:
    company.world.limits.parallel = 1
    assert crm.code("message/send", body(company)) == 0
    waiting = threading.Event()
    fake.journal.subscribe(lambda entry: waiting.set() if entry["kind"] == "fault" else None)
    company.world.faults.add("message/send", Fault("hang"))
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(crm.raw, "POST", "message/send", json=body(company), timeout=1)
        assert waiting.wait(10)
        assert crm.code("message/send", body(company)) == 45033
        assert isinstance(hanging.exception(), httpx.ReadTimeout)


def test_the_journal_knows_requests_but_no_secrets(fake: Fake, company: Sample, crm: Asking) -> None:
    crm.post("message/send", body(company))
    requests = list(fake.journal.of("request"))
    assert [(one["path"], one["app"]) for one in requests] == [("gettoken", ""), ("message/send", "crm")]
    assert json.loads(requests[1]["body"])["touser"] == "alice"
    assert company.crm.secret not in repr(fake.journal.entries)
    assert str(crm.token) not in repr(fake.journal.entries)


@pytest.mark.parametrize("after", [False, True])
def test_a_cut_connection_may_leave_the_message_behind(company: Sample, crm: Asking, after: bool) -> None:
    company.world.faults.add("message/send", Fault("drop", after=after))
    with pytest.raises(httpx.RemoteProtocolError):
        crm.post("message/send", body(company))
    assert len(company.world.sent) == after


@pytest.mark.parametrize("path", ["gettoken", "message/send"])
def test_pages_stubs_and_redirects_come_instead_of_answers(company: Sample, crm: Asking, path: str) -> None:
    def ask() -> httpx.Response:
        if path == "gettoken":
            crm.token = ""
        return crm.raw("GET" if path == "gettoken" else "POST", path, json={})

    crm.token = crm.gettoken()["access_token"]
    spoilt: tuple[tuple[Kind, int], ...] = (
        ("html", 502),
        ("page", 200),
        ("empty", 200),
        ("cut", 200),
        ("redirect", 302),
    )
    for kind, status in spoilt:
        company.world.faults.add(path, Fault(kind))
        response = ask()
        assert response.status_code == status
        with pytest.raises(ValueError, match=r"."):
            response.json()


def test_bytes_that_are_no_text(company: Sample, crm: Asking) -> None:
    crm.post("message/send", body(company))
    company.world.faults.add("message/send", Fault("garbage"))
    with pytest.raises(UnicodeDecodeError):
        crm.raw("POST", "message/send", json=body(company)).content.decode()


def test_an_errcode_may_come_as_a_string_and_busy_as_minus_one(company: Sample, crm: Asking) -> None:
    crm.post("message/send", body(company))
    company.world.faults.add("message/send", Fault("string"))
    assert crm.post("message/send", body(company))["errcode"] == "0"
    company.world.faults.add("gettoken", Fault("string"))
    assert crm.gettoken()["errcode"] == "0"
    company.world.faults.add("message/send", Fault("busy"))
    assert crm.code("message/send", body(company)) == -1


def test_an_ordered_block_lasts_until_its_window_ends(fake: Fake, company: Sample, crm: Asking) -> None:
    company.world.faults.add("message/send", Fault("frequency", seconds=60))
    assert [crm.code("message/send", body(company)) for _ in range(2)] == [45009, 45009]
    fake.advance(60)
    assert crm.code("message/send", body(company)) == 0


def test_an_answer_may_take_its_time_or_never_come(company: Sample, crm: Asking) -> None:
    crm.post("message/send", body(company))
    company.world.faults.add("message/send", Fault("drip", seconds=0.05))
    assert crm.code("message/send", body(company)) == 0
    company.world.faults.add("message/send", Fault("slow", seconds=0.01))
    assert crm.code("message/send", body(company)) == 0
    company.world.faults.add("message/send", Fault("hang", after=True))
    with pytest.raises(httpx.ReadTimeout):
        crm.raw("POST", "message/send", json=body(company), timeout=0.2)
    assert len(company.world.sent) == 4
