"""Files: uploaded, shared into channels, deleted."""

import mimetypes
from urllib.parse import quote

from tests.fakes.slack import talk
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import Json
from tests.fakes.slack.kept import File
from tests.fakes.slack.messages import Message
from tests.fakes.slack.people import User
from tests.fakes.slack.state import State
from tests.fakes.slack.talk import Draft


def upload(state: State, user: User, name: str, content: bytes, *, mimetype: str = "", title: str = "") -> File:
    """A file nobody sees yet."""
    file = File(
        id=state.ids.new("F"),
        name=name,
        title=title or name,
        mimetype=mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream",
        user=user.id,
        team=user.team_id,
        created=state.seconds,
        content=content,
    )
    state.files[file.id] = file
    return file


def share(state: State, user: User, channel: Channel, shared: list[File], draft: Draft) -> Message:
    """Post files into a channel: one file_share message."""
    extra: Json = {
        **draft.extra,
        "subtype": "file_share",
        "files": [shape(state, file) for file in shared],
        "upload": True,
        "display_as_bot": False,
    }
    for file in shared:
        file.shares[channel.id] = ""
    message = talk.post(
        state, user, channel, Draft(draft.text, draft.thread_ts, draft.broadcast, draft.metadata, extra)
    )
    for file in shared:
        file.shares[channel.id] = message.ts
    return message


def delete(file: File) -> None:
    file.mode = "tombstone"
    file.content = b""


def shape(state: State, file: File) -> Json:
    """As files.info shows it."""
    if file.mode == "tombstone":
        return {"id": file.id, "mode": "tombstone"}
    base, name = f"{state.address}/files-pri/{file.team}-{file.id}", quote(file.name)
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2].lower() if "." in file.name else "text",
        "pretty_type": file.mimetype,
        "user": file.user,
        "user_team": file.team,
        "size": len(file.content),
        "mode": file.mode,
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "url_private": f"{base}/{name}",
        "url_private_download": f"{base}/download/{name}",
        "permalink": f"{state.address}/files/{file.user}/{file.id}/{name}",
        "channels": sorted(file.shares),
        "shares": {"private": {room: [{"ts": ts}] for room, ts in file.shares.items()}},
        "file_access": "visible",
    }


def visible(state: State, file: File, user: User) -> bool:
    """Whether somebody is in a channel it was shared into, or brought it."""
    rooms = [state.channels[channel] for channel in file.shares if channel in state.channels]
    return file.user == user.id or any(user.id in room.members for room in rooms)
