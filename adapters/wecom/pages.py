"""Lists that WeCom gives in pages, turned one after the other."""

from collections.abc import AsyncIterator, Awaitable, Callable

from crm_core.chat import Document

#: A list that never ends is left.
MOST = 10_000


async def pages(ask: Callable[[str], Awaitable[Document]]) -> AsyncIterator[Document]:
    """What `ask` answers to each cursor, "" first. A page may be short, or empty, and not the last."""
    cursor = ""
    for _ in range(MOST):
        answer = await ask(cursor)
        yield answer
        cursor = cursor_in(answer)
        if not cursor:
            return


def cursor_in(answer: Document) -> str:
    """Of the next page, "" at the end."""
    cursor = answer.get("next_cursor")
    return cursor if isinstance(cursor, str) else ""
