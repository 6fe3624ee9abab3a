"""What holds for every answer over HTTP: the policy, the origin of changes, the one 404, bounded rates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from wizard.language import catalogue, studio_language
from wizard.live.limits import ByAddress
from wizard.live.sockets import NOT_SAVED
from wizard.store.database import LogUnavailable, NoLog
from wizard.store.invites import NoInvite
from wizard.store.studies import NoStudy
from wizard.study import LANGUAGES, RIGHT_TO_LEFT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
OF_SCRIPTS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""A script is no document: the rest says nothing about it, and was an eighth of what a phone loads of them."""
SAFE_METHODS = {"GET", "HEAD"}
REQUESTS_PER_SECOND, REQUEST_BURST = 100, 3_000
"""A participant's page is some thirty requests, and a room full of phones may come by one address, all at once."""
THIS_MACHINE = ("127.0.0.1", "::1")
LOOPBACK = (*THIS_MACHINE, "localhost")
LONGEST_PATH = 1_000


def guard(app: Flask) -> None:
    """Put these rules around every route of the app."""
    app.before_request(_refuse_impossible_paths)
    app.before_request(_refuse_other_origins)
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, _error)
    app.register_error_handler(NoStudy, _not_there)
    app.register_error_handler(NoInvite, _not_there)
    app.register_error_handler(LogUnavailable, _unavailable)
    app.register_error_handler(NoLog, _unavailable)
    app.register_error_handler(Exception, _failure)
    app.wsgi_app = without_floods(app.wsgi_app)  # type: ignore[assignment,method-assign]


def without_floods(wsgi: WSGIApplication) -> WSGIApplication:
    """Answer so many requests a second of one network address, pages and sockets alike; of this machine, any number."""
    requests = ByAddress(REQUESTS_PER_SECOND, REQUEST_BURST)

    def limited(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        address = environ.get("REMOTE_ADDR", "")
        if address in THIS_MACHINE or requests.take(address):
            return wsgi(environ, start_response)
        start_response("429 Too Many Requests", [("Content-Type", "text/plain"), ("Retry-After", "5")])
        return [b"Too many requests. Wait a moment and try again.\n"]

    return limited


def _refuse_impossible_paths() -> Response | None:
    """What no route of ours has, and what a file system raises on instead of saying that it isn't there."""
    path = request.path
    if len(path) > LONGEST_PATH or not path.isprintable() or any(len(part.encode()) > 255 for part in path.split("/")):
        return not_found()
    return None


def _refuse_other_origins() -> Response | None:
    """A change must come from a page of ours: cookies alone don't say that."""
    if request.method in SAFE_METHODS:
        return None
    origin = request.headers.get("Origin")
    if origin is not None and _host_of(origin) == request.host:
        return None
    if origin is None and request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none"):
        return None
    return not_found()


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # no address at all
        return None


def _add_headers(response: Response) -> Response:
    is_script = response.status_code == 200 and response.mimetype == "text/javascript"
    for name, value in (OF_SCRIPTS if is_script else HEADERS).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def not_found() -> Response:
    """The one 404: the same bytes for what isn't there and for what isn't yours, in the language of who asks."""
    language = studio_language(request.environ, LANGUAGES)
    g.words = catalogue("chat", language)
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return Response(render_template("not_found.html", direction=direction), 404, mimetype="text/html")


def _error(error: HTTPException) -> Response:
    if error.code in (404, 405):
        return not_found()
    code = error.code or 500
    message = "That is too large." if code == 413 else "That request can't be understood."
    return Response(f"{message}\n", code, mimetype="text/plain")


def _not_there(error: LookupError) -> Response:
    """A page asks for its study or its link, and need not say what there is without."""
    return not_found()


def _unavailable(error: LogUnavailable | NoLog) -> Response:
    current_app.logger.error("nothing can be saved: %s", error)
    return Response(f"{NOT_SAVED}\n", 503, {"Retry-After": "1"}, mimetype="text/plain")


def _failure(error: Exception) -> Response:
    current_app.logger.exception("a page failed: %s", request.path)
    return Response("Something went wrong here. Nothing was lost; try again.\n", 500, mimetype="text/plain")
