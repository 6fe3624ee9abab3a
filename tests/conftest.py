"""What tests share: the app as a process, and the flag for the long runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.served import Server
from wizard.background import IN_LINE
from wizard.store.database import connect
from wizard.store.schema import bring_up_to_date
from wizard.store.studies import save_study
from wizard.store.writing import writing

AT_ONCE = """
study: at-once
title: At once
labels:
  - {name: intent, kind: choice, options: [lost, charge, other]}
"""
"""A study without greeting or pacing, for tests that don't want to wait."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="Run the storms, soaks and long fuzzing too.")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Nothing stands back behind the other tests, nor do they themselves: but where times are measured, all is as it
    is in earnest. It is said before fixtures of a whole file are made.
    """
    if item.get_closest_marker("alone"):
        os.environ.pop(IN_LINE, None)
    else:
        os.environ[IN_LINE] = "yes"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty log, which may be written."""
    opened = connect(tmp_path, lock_wait=1)
    bring_up_to_date(opened, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def long_run(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--long"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server over an empty folder, with the demo study."""
    with Server(tmp_path / "sessions") as running:
        yield running


@pytest.fixture
def at_once(tmp_path: Path) -> Iterator[Server]:
    """A server with a study that has neither greeting nor pacing."""
    with served(tmp_path, AT_ONCE) as running:
        yield running


def served(folder: Path, study: str, documents: dict[str, str] | None = None) -> Server:
    """A server over a folder whose only study is this one."""
    sessions = folder / "sessions"
    with writing(sessions) as db:
        save_study(db, study, "system", documents)
    return Server(sessions)
