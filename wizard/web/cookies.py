"""Our cookies: no script reads them, and no form of another site brings them along."""

from __future__ import annotations

from flask import Response

from wizard.web.addresses import is_https

YEAR_SECONDS = 365 * 86_400


def keep_cookie(response: Response, name: str, value: str, *, seconds: float) -> None:
    """Have the browser keep this for so long."""
    response.set_cookie(name, value, max_age=int(seconds), httponly=True, samesite="Lax", secure=is_https())


def drop_cookie(response: Response, name: str) -> None:
    """Have the browser forget it."""
    response.delete_cookie(name, httponly=True, samesite="Lax", secure=is_https())
