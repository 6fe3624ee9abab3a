"""Which language a page speaks: the study's at the participant's, and each colleague's own in the studio."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, request, url_for

from wizard.language import COOKIE, EXTENSION, STUDIO_LANGUAGES, Catalogue, catalogue, studio_language, teach
from wizard.study import Study
from wizard.web.cookies import YEAR_SECONDS, keep_cookie
from wizard.web.redirects import on_to_address
from wizard.web.seats import SEAT_NAMES, only_for

pages = Blueprint("language", __name__)


@pages.post("/studio/language")
@only_for(*SEAT_NAMES)
def choose() -> Response:
    """Speak that language to this colleague from now on, and go back to where they were."""
    chosen = request.form.get("language", "")
    came_from = urlsplit(request.referrer or "")
    back = came_from.path if came_from.netloc == request.host else url_for("studio.home")
    response = on_to_address(f"{back}?{came_from.query}" if came_from.query else back)
    if chosen in STUDIO_LANGUAGES:
        keep_cookie(response, COOKIE, chosen, seconds=YEAR_SECONDS)
    return response


def words() -> Catalogue:
    """The catalogue of the page that is being made: the studio's, unless `speak` said otherwise."""
    if "words" not in g:
        g.words = catalogue("studio", studio_language(request.environ))
    found: Catalogue = g.words
    return found


def speak(study: Study) -> None:
    """Make this page in the study's language, for its participants."""
    g.words = catalogue("chat", study.language)


def teach_pages(app: Flask) -> None:
    """Let the templates of this app say things in the language of their page."""
    app.jinja_options = {**app.jinja_options, "extensions": [EXTENSION]}
    teach(app.jinja_env, words)
