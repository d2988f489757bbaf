from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import NOW
from tests.fakes.wecom.archive.chats import Chats


@pytest.fixture
def chats(tmp_path: Path) -> Chats:
    """What people write, a minute ago, under the first version of the company's key."""
    return Chats(tmp_path / "chats", lambda: NOW - timedelta(minutes=1))
