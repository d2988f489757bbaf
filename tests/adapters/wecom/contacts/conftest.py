from collections.abc import Iterator

import pytest

from crm_core.database import Database
from tests.adapters.wecom.contacts.market import Market, open_market


@pytest.fixture
def market(sqlite_database: Database) -> Iterator[Market]:
    with open_market(sqlite_database) as market:
        yield market


@pytest.fixture
def market_of_each(database: Database) -> Iterator[Market]:
    """On SQLite and on PostgreSQL."""
    with open_market(database) as market:
        yield market
