"""Files: what a bot learns of them, fetches and sends."""

import asyncio
from typing import Any

import aiohttp

from tests.fakes.slack.scene import Scene, failure


def ask(work: Any) -> Any:
    return asyncio.run(work)


def refused(work: Any) -> str:
    return str(failure(work).response["error"])


async def fetch(url: str, token: str, *, follow: bool = True) -> tuple[int, str, bytes]:
    """Status, content type and content."""
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with session.get(url, headers=headers, allow_redirects=follow) as response:
            return response.status, response.content_type, await response.read()


def shared(scene: Scene) -> Any:
    scene.world.share_file(scene.alice, scene.sales, "报价 单.pdf", b"%PDF-1.7", words="the quote")
    return scene.events("message.channels")[-1]


def test_a_shared_file_is_told_whole_inside_the_company(scene: Scene) -> None:
    event = shared(scene)
    [file] = event["files"]
    assert (event["subtype"], event["text"], event["upload"]) == ("file_share", "the quote", True)
    assert (file["mimetype"], file["filetype"], file["size"], file["mode"]) == ("application/pdf", "pdf", 8, "hosted")


def test_the_token_fetches_the_bytes(scene: Scene) -> None:
    [file] = shared(scene)["files"]
    assert ask(fetch(file["url_private_download"], scene.crm.token)) == (200, "application/pdf", b"%PDF-1.7")
    assert ask(fetch(file["url_private"], scene.crm.token))[2] == b"%PDF-1.7"


def test_the_wrong_token_ends_at_a_sign_in_page_that_looks_like_success(scene: Scene) -> None:
    [file] = shared(scene)["files"]
    assert ask(fetch(file["url_private_download"], "xoxb-wrong"))[:2] == (200, "text/html")
    assert ask(fetch(file["url_private_download"], "", follow=False))[0] == 302
    scene.crm.scopes.discard("files:read")
    assert ask(fetch(file["url_private_download"], scene.crm.token))[1] == "text/html"


def test_a_file_of_a_channel_the_bot_is_not_in_is_not_found(scene: Scene) -> None:
    hidden = scene.world.channel("board", scene.bob, private=True)
    message = scene.world.share_file(scene.bob, hidden, "a.txt", b"secret")
    assert refused(scene.client().files_info(file=message.body["files"][0]["id"])) == "file_not_found"


def test_a_deleted_file_is_gone(scene: Scene) -> None:
    [file] = shared(scene)["files"]
    scene.world.delete_file(scene.world.files[file["id"]])
    assert refused(scene.client().files_info(file=file["id"])) == "file_deleted"
    assert ask(fetch(file["url_private"], scene.crm.token))[0] == 404


def test_a_bot_sends_a_file_in_three_steps(scene: Scene) -> None:
    async def send() -> Any:
        return await scene.client().files_upload_v2(
            channel=scene.sales.id, filename="list.csv", content="Acme;1", initial_comment="All of them", title="List"
        )

    assert ask(send())["files"][0]["title"] == "List"
    event = scene.events("message.channels")[-1]
    assert (event["subtype"], event["bot_id"], event["text"]) == ("file_share", scene.crm.bot_id, "All of them")
    full = ask(scene.client().files_info(file=event["files"][0]["id"]))["file"]
    assert ask(fetch(full["url_private"], scene.crm.token))[2] == b"Acme;1"


def test_a_file_that_was_never_sent_cannot_be_completed(scene: Scene) -> None:
    client = scene.client()
    ticket = ask(client.files_getUploadURLExternal(filename="list.csv", length=6))
    work = client.files_completeUploadExternal(files=[{"id": ticket["file_id"], "title": "List"}])
    assert refused(work) == "file_not_found"
