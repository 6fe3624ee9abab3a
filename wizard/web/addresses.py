"""The address that people reach the app at, and what follows from it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from wizard.web.parts import curtain
from wizard.web.security import LOOPBACK


def base_url() -> str:
    """The address that people reach the app at, without a slash at its end."""
    return str(curtain().settings.url).rstrip("/") or request.host_url.rstrip("/")


def opens_here_only() -> bool:
    """Whether links to this address open on this computer and nowhere else."""
    return urlsplit(base_url()).hostname in LOOPBACK


def is_https() -> bool:
    """Whether people reach the app over https, so that cookies may say so."""
    return base_url().startswith("https://")
