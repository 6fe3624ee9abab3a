"""Curtain: a chat in which a hidden person plays the model, and a log that says whether a model could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.settings import VERSION

if TYPE_CHECKING:
    from flask import Flask

    from wizard.settings import Settings

__version__ = VERSION


def create_app(settings: Settings) -> Flask:
    """The web app over the log in `settings.sessions`, which is made or brought up to date first."""
    from wizard.web.app import build

    return build(settings)
