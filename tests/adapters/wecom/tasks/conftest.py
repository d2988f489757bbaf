from collections.abc import Iterator

import pytest

from crm_core.database import Database
from tests.adapters.wecom.tasks.campaign import Campaign, campaigning


@pytest.fixture
def campaign(sqlite_database: Database) -> Iterator[Campaign]:
    with campaigning(sqlite_database) as campaign:
        yield campaign
