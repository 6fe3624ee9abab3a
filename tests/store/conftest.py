"""An empty log, for tests of what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from wizard.store.database import connect
from wizard.store.schema import bring_up_to_date


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty log, which may be written."""
    opened = connect(tmp_path, lock_wait=0.1)
    bring_up_to_date(opened, tmp_path)
    yield opened
    opened.close()
