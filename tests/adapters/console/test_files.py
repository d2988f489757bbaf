"""Files in the web chat: given with a line, shown to who sees the post, and harmless there."""

from typing import Any

import httpx
import pytest

from crm_core.chat import Card, OutboundMessage
from tests.adapters.console.test_webhook import http, line, posts
from tests.adapters.cupboard import PDF, PNG
from tests.running import Running

__all__ = ["http"]


def give(http: httpx.Client, name: str, content: bytes) -> dict[str, Any]:
    answer = http.post("/console/files", params={"person": "alice", "name": name}, content=content)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def fetch(http: httpx.Client, person: str, post: int, **more: Any) -> httpx.Response:
    return http.get("/console/files", params={"person": person, "room": "group:east", "post": post, **more})


def test_a_file_goes_with_a_line_and_is_shown_to_who_sees_it(http: httpx.Client) -> None:
    files = [give(http, "报价单.pdf", PDF), give(http, "poster.png", PNG)]
    post = http.post("/console/lines", json=line(files=files)).json()
    assert [one["card"]["files"] for one in posts(http, "bob", "group:east")] == [files]
    pdf, png = (fetch(http, "bob", post["id"], place=place) for place in (0, 1))
    assert (pdf.content, png.content) == (PDF, PNG)
    assert (png.headers["content-type"], pdf.headers["content-type"]) == ("image/png", "application/octet-stream")
    assert "attachment" in pdf.headers["content-disposition"]
    assert "sandbox" in png.headers["content-security-policy"]


def test_a_line_may_be_a_file_alone(http: httpx.Client) -> None:
    assert http.post("/console/lines", json=line("", files=[give(http, "a.png", PNG)])).status_code == 202


def test_who_is_not_shown_the_post_gets_no_file_of_it(http: httpx.Client) -> None:
    post = http.post("/console/lines", json=line(files=[give(http, "a.png", PNG)])).json()
    assert fetch(http, "charlie", post["id"]).status_code == 403
    assert fetch(http, "bob", post["id"], place=1).status_code == 404
    assert fetch(http, "bob", post["id"] + 1).status_code == 404


def test_what_calls_itself_a_picture_is_shown_as_one_only_if_it_is(http: httpx.Client) -> None:
    post = http.post("/console/lines", json=line(files=[give(http, "a.png", b"<script>")])).json()
    shown = fetch(http, "bob", post["id"])
    assert shown.headers["content-type"] == "application/octet-stream"
    assert shown.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("files", [[{"digest": "0" * 64, "name": "a"}], [{"digest": "../x", "name": "a"}], [{}] * 10])
def test_a_file_that_was_not_given_is_refused(http: httpx.Client, files: list[dict[str, str]]) -> None:
    assert http.post("/console/lines", json=line(files=files)).status_code == 422
    assert http.post("/console/files", params={"person": "alice", "name": "a"}, content=b"").status_code == 422


def test_what_the_bot_sends_has_its_files(http: httpx.Client, running_program: Running) -> None:
    console = running_program.program.console
    digest = running_program.call(console.shelf.keep(PNG))
    file = http.post("/console/files", params={"person": "alice", "name": "poster.png"}, content=PNG).json()
    assert file["digest"] == digest
    message = OutboundMessage("group:east", Card(text="look"), key="one")
    receipt = running_program.call(console.send(message))
    assert fetch(http, "bob", int(receipt.platform_message_id)).status_code == 404
