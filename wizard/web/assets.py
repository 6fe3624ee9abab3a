"""Scripts, styles and icons: our own, and the named files of packages, never a whole package."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request

from wizard.settings import ROOT
from wizard.web.seats import signed_in
from wizard.web.security import not_found

STATIC, PACKAGES = ROOT / "static", ROOT / "node_modules"
FROM_PACKAGES = {
    "vendor/socket.io.js": "socket.io-client/dist/socket.io.esm.min.js",
    "vendor/preact.js": "htm/preact/standalone.module.js",
    "vendor/signals.js": "@preact/signals-core/dist/signals-core.module.js",
}
ICONS = (
    "arrow-up",
    "arrow-down",
    "check",
    "clock",
    "ellipsis",
    "rotate-cw",
    "circle-alert",
    "x",
    "copy",
    "log-out",
    "arrow-left",
    "download",
    "file-text",
    "eye",
    "bell",
    "bell-off",
    "coffee",
)
FROM_PACKAGES |= {f"vendor/icons/{name}.svg": f"lucide-static/icons/{name}.svg" for name in ICONS}
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
OPEN_TO_ALL = ("chat/", "shared/", "vendor/")
SMALL = 500
"""Bytes under which compressing isn't worth it."""

pages = Blueprint("assets", __name__)


@pages.get("/static/<path:name>")
def asset(name: str) -> Response:
    """One file. What only the team's pages use is there for the team alone."""
    if not name.startswith(OPEN_TO_ALL) and signed_in() is None:
        return not_found()
    path = _path(name)
    if path is None:
        return not_found()
    plain, small, tag = _content(path, path.stat().st_mtime_ns)
    zipped = bool(small) and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(small if zipped else plain, content_type=_type(path))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(tag + ("z" if zipped else ""))
    return response.make_conditional(request)  # type: ignore[return-value]


def _path(name: str) -> Path | None:
    """The file of that name. It has no other: by one with `..` in it the team's would be had for a participant's."""
    packaged = FROM_PACKAGES.get(name)
    if packaged:
        path = PACKAGES / packaged
    else:
        path = STATIC / name
        if path.resolve().as_posix() != f"{STATIC.as_posix()}/{name}" or path.suffix not in TYPES:
            return None
    return path if path.is_file() else None


@lru_cache(maxsize=256)
def _content(path: Path, changed: int) -> tuple[bytes, bytes, str]:
    """The file, the file compressed (empty where that isn't worth it), and a tag of its bytes alone."""
    plain = path.read_bytes()
    small = gzip.compress(plain, 9, mtime=0) if len(plain) > SMALL else b""
    return plain, small, hashlib.sha256(plain).hexdigest()[:20]


def _type(path: Path) -> str:
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8"
