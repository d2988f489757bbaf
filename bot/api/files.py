"""`/files`: pictures and files that broadcasts take along."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlmodel import Session

from bot.api.access import CallerArgument
from bot.api.refusals import Refusing
from bot.api.values import Plain
from bot.ports.shelf import CoreShelf
from crm_core import filetypes
from crm_core.enclosure import LARGEST
from crm_core.errors import Invalid
from crm_core.files import handed
from crm_core.people.viewer import Right, Viewer

router = APIRouter(tags=["broadcasts"], route_class=Refusing)


class FileOut(BaseModel):
    """`id`: by which broadcasts name it. `mime`: what its bytes are."""

    id: int
    name: str
    mime: str
    size: int


@router.post("/files", status_code=201, max_body_size=LARGEST + 1)
async def keep(
    caller: CallerArgument, request: Request, name: Annotated[str, Query(min_length=1, max_length=300), Plain]
) -> FileOut:
    """The body is the file, of at most 20 MB. What no broadcast takes within a week is thrown away."""
    caller.viewer.require(Right.BROADCAST)
    content = await request.body()
    if not content:
        raise Invalid("attachment_empty")
    digest = await CoreShelf(caller.api.core, caller.api.clock).keep(content)
    told = request.headers.get("content-type", "")
    mime = filetypes.mime_of(content, name, told)

    def change(session: Session, viewer: Viewer, now: datetime) -> FileOut:
        file = handed.note(session, digest, name=name, mime=mime, viewer=viewer, now=now)
        return FileOut(id=file.id, name=file.name, mime=file.mime, size=file.size)

    return await caller.write(change, Right.BROADCAST)
