"""Curtain: a chat in which a hidden person plays the model, and a log that says whether a model could."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from wizard.settings import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from wizard.dataset.opened import Log
    from wizard.settings import Settings

__version__ = VERSION


def _load_sqlite_utils_alone() -> None:
    """sqlite-utils loads pandas and numpy where they are installed: half a second and 85 MB that nothing here needs."""
    hidden = [name for name in ("numpy", "pandas") if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    import_module("sqlite_utils.db")
    for name in hidden:
        del sys.modules[name]


_load_sqlite_utils_alone()


def create_app(settings: Settings) -> Flask:
    """The web app over the log in `settings.sessions`, which is made or brought up to date first."""
    from wizard.web.app import build

    return build(settings)


def open(folder: str | Path) -> Log:
    """The log in that folder, to work with its data: `wizard.open("sessions").study("card-help").exchanges()`."""
    from wizard.dataset.opened import open_log

    return open_log(folder)
