"""Curtain: a chat in which a hidden person plays the model, and a log that says whether a model could."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from wizard.without import without

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from wizard.dataset.opened import Log
    from wizard.settings import Settings

try:
    from wizard.settings import VERSION

    with without("numpy", "pandas"):  # sqlite-utils loads them: half a second and 85 MB that nothing here needs
        import_module("sqlite_utils.db")
except ModuleNotFoundError as error:
    said = (
        f"Curtain's packages aren't in this Python, {sys.executable}: there is no {error.name}. "
        "bin/run puts them into .venv; from then on take .venv/bin/python."
    )
    if sys.argv[0] == "-m":  # on the command line, where nobody wants to see a traceback
        sys.exit(said)
    raise ImportError(said) from None

__version__ = VERSION


def create_app(settings: Settings) -> Flask:
    """The web app over the log in `settings.sessions`, which is made or brought up to date first."""
    from wizard.web.app import build

    return build(settings)


def open(folder: str | Path) -> Log:
    """The log in that folder, to work with its data: `wizard.open("sessions").study("card-help").exchanges()`."""
    from wizard.dataset.opened import open_log

    return open_log(folder)
