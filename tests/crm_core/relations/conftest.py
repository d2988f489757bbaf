import pytest
from sqlmodel import Session

from tests.crm_core.conftest import Cast
from tests.crm_core.relations.book import Book


@pytest.fixture
def book(session: Session, cast: Cast) -> Book:
    """On SQLite and on PostgreSQL."""
    return Book(session, cast)
