"""files.* and the host that files are fetched from and sent to."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.fakes.slack import files, text
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.kept import File
from tests.fakes.slack.state import State
from tests.fakes.slack.talk import Draft
from tests.fakes.slack.web_api import trouble
from tests.fakes.slack.web_api.call import Call
from tests.fakes.slack.web_api.content import signature

SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body><h1>Sign in</h1></body></html>"


def info(call: Call) -> Json:
    file = call.state.files.get(call.args.required("file"))
    if file is None or not files.visible(call.state, file, call.bot):
        raise SlackError("file_not_found")
    if file.mode == "tombstone":
        raise SlackError("file_deleted")
    return {"file": files.shape(call.state, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: a ticket for as many bytes as were named."""
    name, length = call.args.required("filename"), call.args.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments")
    file = files.upload(call.state, call.bot, name, b"", title=name)
    ticket = call.state.ids.secret("")
    call.state.uploads[f"{ticket}/{length}"] = file
    return {"upload_url": f"{call.state.address}/upload/v1/{ticket}/{length}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: share what was sent, or leave it unshared; once."""
    given = call.args.parsed("files", "invalid_arguments")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise SlackError("invalid_arguments")
    sent = [_sent(call, one) for one in given]
    for file in sent:
        file.completed = True
    if call.args.has("channel_id"):
        channel = call.channel("channel_id")
        if call.bot.id not in channel.members:
            raise SlackError("channel_not_found")
        comment = text.from_app(call.args.text("initial_comment"))
        draft = Draft(comment, call.args.text("thread_ts"), extra=signature(call))
        files.share(call.state, call.bot, channel, sent, draft)
    return {"files": [files.shape(call.state, file) for file in sent]}


def _sent(call: Call, given: Json) -> File:
    file = call.state.files.get(str(given.get("id")))
    if file is None or not file.content or file.completed:
        raise SlackError("file_not_found")
    file.title = str(given.get("title") or file.title)
    return file


def file_routes(state: State) -> list[Route]:
    """`/files-pri/…` to fetch with a bot's token, `/upload/v1/…` to send to."""

    async def fetch(request: Request) -> Response:
        fault = state.faults.take("files")
        return await trouble.through(state, "files", request, fault, lambda: _fetched(state, request))

    async def send(request: Request) -> Response:
        return await _received(state, request)

    async def sign_in(request: Request) -> Response:
        return HTMLResponse(SIGN_IN)

    return [
        Route("/files-pri/{key}/download/{name}", fetch),
        Route("/files-pri/{key}/{name}", fetch),
        Route("/upload/v1/{ticket}/{length}", send, methods=["POST"]),
        Route("/signin", sign_in),
    ]


def _fetched(state: State, request: Request) -> Response:
    """The bytes; without a token that may see them a way to the sign-in page, which answers 200."""
    file = state.files.get(request.path_params["key"].rpartition("-")[2])
    owner = state.find_token(request.headers.get("authorization", "").removeprefix("Bearer "))
    state.journal.write("download", file=file.id if file else "", allowed=bool(owner))
    may = owner is not None and owner[0].active and not owner[1].revoked and "files:read" in owner[0].scopes
    if owner is None or file is None or not may or not files.visible(state, file, state.bot_of(owner[0])):
        return RedirectResponse(f"{state.address}/signin?redir=%2Ffiles-pri", status_code=302)
    if file.mode == "tombstone":
        return HTMLResponse("<!DOCTYPE html><html><body><h1>File not found</h1></body></html>", status_code=404)
    return Response(file.content, media_type=file.mimetype)


async def _received(state: State, request: Request) -> Response:
    """Raw bytes or a form with one file, of the announced length."""
    key = f"{request.path_params['ticket']}/{request.path_params['length']}"
    file = state.uploads.pop(key, None)
    if file is None:
        return Response("upload url not found", status_code=404)
    content = await request.body()
    if request.headers.get("content-type", "").startswith("multipart/"):
        content = b""
        form = await request.form()
        for value in form.values():
            content = value.encode() if isinstance(value, str) else await value.read()
    if len(content) != int(request.path_params["length"]):
        return Response("length mismatch", status_code=400)
    file.content = content
    return Response(f"OK - {len(content)}")
