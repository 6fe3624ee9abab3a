"""Links as QR codes, for whoever holds up a phone."""

from __future__ import annotations

import segno


def qr_of(link: str, scale: int = 4) -> str:
    """The code as the address of an SVG picture that is in it, each module so many pixels wide."""
    return segno.make(link, micro=False).svg_data_uri(scale=scale, border=2)
