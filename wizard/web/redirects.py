"""On to another page, as after a form was sent."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, url_for


def on_to(page: str, **named: Any) -> Response:
    """Go on to that page of ours, with these in its address."""
    return on_to_address(url_for(page, **named))


def on_to_address(address: str) -> Response:
    """Go on to that address."""
    return redirect(address, 303)  # type: ignore[return-value]  # it is Flask’s, whatever its type says
