"""Lists: `{"items": […], "next": cursor|null}`. A cursor is the id of the last item; the list says its order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from bot.api.values import Plain

T = TypeVar("T")

LARGEST_ID = 2**63 - 1

Limit = Annotated[int, Query(ge=1, le=200, description="how many items")]
Text = Annotated[str, Query(max_length=500)]
Word = Annotated[str, Query(max_length=500), Plain]
Key = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@dataclass(frozen=True)
class Span:
    """How many items, and after which one."""

    limit: int
    cursor: int | None


def _span(
    limit: Limit = 50,
    cursor: Annotated[int | None, Query(ge=0, le=LARGEST_ID, description="`next` of the page before")] = None,
) -> Span:
    return Span(limit, cursor)


SpanArgument = Annotated[Span, Depends(_span)]


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: int | None = None


def page(items: Sequence[T], ids: Sequence[int], span: Span) -> Page[T]:
    """One page; a full one has the cursor to the next."""
    return Page[T](items=list(items), next=ids[-1] if len(ids) == span.limit else None)
