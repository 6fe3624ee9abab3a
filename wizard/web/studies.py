"""Studies without code: the list, the form and the file that are two views of one, and what is done with a study as a
whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlite_utils import Database

from wizard import loop
from wizard.live.markdown import to_html
from wizard.store.accounts import account_names
from wizard.store.heads import count_exchanges, count_sessions
from wizard.store.invites import trial_code
from wizard.store.studies import (
    Outdated,
    Version,
    access_study,
    archive,
    document_text,
    is_archived,
    save_study,
    study_names,
    versions_of,
)
from wizard.study import BadStudy, Problem, Study
from wizard.study_file import fields_of, read_study, rewritten, study_of, write_study
from wizard.web.language import words
from wizard.web.parts import curtain, read_apart
from wizard.web.redirects import on_to
from wizard.web.seats import me, my_studies, only_for, remember
from wizard.web.security import not_found
from wizard.web.study_form import SECTIONS
from wizard.web.study_merge import merged
from wizard.web.study_parcel import TEMPLATES, packed, template_source, unpacked

pages = Blueprint("studies", __name__)
BLANK = Study(study="new-study", title="A new study")


@pages.get("/studio/studies")
@only_for("owner")
def studies() -> str:
    """Every study, and what a new one may begin with."""
    found = read_apart(_listed, my_studies("owner"))
    return render_template("studio/studies.html", me=me(), studies=found, templates=TEMPLATES)


def _listed(db: Database, names: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "title": access_study(db, name).study.title,
            "version": access_study(db, name).version,
            "sessions": count_sessions(db, name),
            "exchanges": count_exchanges(db, name),
            "archived": is_archived(db, name),
        }
        for name in names
    ]


@pages.get("/studio/studies/new")
@only_for("owner", everywhere=True)
def new() -> Response | str:
    """The form of a study that isn't there yet: empty, from a template, or like another."""
    like, template = request.args.get("like"), request.args.get("template")
    if template is not None:
        return _form(template_source(template, _free(template))) if template in TEMPLATES else not_found()
    if like is None:
        return _form(write_study(BLANK))
    found = access_study(curtain().reader, like)
    copy = found.study.model_copy(update={"study": _free(like), "title": f"{found.study.title} (copy)"[:200]})
    return _form(loop.in_thread(rewritten, found.source, copy), documents=_texts(found))


@pages.post("/studio/studies/open")
@only_for("owner", everywhere=True)
def open_file() -> Response | str:
    """The form of a study in a file that was chosen: YAML, or a whole study as it was taken out here."""
    given = request.files.get("file")
    content = given.read() if given else b""
    try:
        source, documents = unpacked(content)
    except BadStudy as error:
        return _form(write_study(BLANK), problems=error.problems)
    try:
        loop.in_thread(read_study, source)
    except BadStudy as error:
        return _form(source, documents=documents, problems=error.problems)
    return _form(source, documents=documents)


@pages.get("/studio/study/<study>")
@only_for("owner")
def edit(study: str) -> str:
    """The form of a study, and its file beside it."""
    found = access_study(curtain().reader, study)
    return _form(found.source, version=found)


@pages.post("/studio/studies/look")
@only_for("owner")
def look() -> Response | dict[str, Any]:
    """The other view of what was typed: the file of the form's `fields`, or the fields of a file; or what is wrong."""
    asked = _asked()
    source = str(asked.get("source", ""))
    try:
        if "fields" in asked:
            study = study_of(asked["fields"] if isinstance(asked["fields"], dict) else {})
            try:
                file = loop.in_thread(rewritten, source, study)
            except BadStudy:  # the file was being changed, too, and isn't a study as it stands
                file = loop.in_thread(write_study, study)
            return {"source": file, "problems": [], **_shown(asked, study)}
        study = loop.in_thread(read_study, source)
        return {"fields": fields_of(study), "problems": [], **_shown(asked, study)}
    except BadStudy as error:
        return {"problems": _problems_as_json(error.problems)}


@pages.post("/studio/studies/save")
@only_for("owner")
def save() -> Response | tuple[dict[str, Any], int] | dict[str, Any]:
    """Keep it as the newest version; or what is wrong; or what somebody else changed in the meantime, put together
    with it, as status 409.
    """
    asked, by = _asked(), me().account
    source, name, base = str(asked.get("source", "")), asked.get("study"), asked.get("version")
    base = base if isinstance(base, int) else 0
    if not (me().sits("owner", study=str(name)) if name else me().everywhere):
        return not_found()
    documents = asked.get("documents") if isinstance(asked.get("documents"), dict) else {}
    try:
        study = loop.in_thread(read_study, source)
        if name and study.study != name:
            raise BadStudy([Problem(f"this study is {name}; for another name, duplicate it", "study")])
        texts = {str(each): str(text) for each, text in dict(documents or {}).items()}
        kept = curtain().writer.run(lambda db: save_study(db, source, by, texts, base=base))
    except BadStudy as error:
        return {"problems": _problems_as_json(error.problems)}
    except Outdated as error:
        if not name:
            told = Problem("there is a study of that name already; choose another", "study")
            return {"problems": _problems_as_json([told])}
        return _both(study, base, error.newest), 409
    return {"study": kept.study.study, "version": kept.version, "source": kept.source}


@pages.get("/studio/study/<study>/file")
@only_for("owner")
def take_out(study: str) -> Response:
    """The whole study as one file: its YAML, with its documents beside it."""
    found = access_study(curtain().reader, study)
    remember(f"saved version {found.version} as a file", study)
    headers = {"Content-Disposition": f'attachment; filename="{study}-{found.version}.zip"'}
    return Response(packed(found.source, _texts(found)), mimetype="application/zip", headers=headers)


@pages.post("/studio/study/<study>/archive")
@only_for("owner")
def put_away(study: str) -> Response:
    """Put it away, or take it up again."""
    by, archived = me().account, request.form.get("archived") == "yes"
    access_study(curtain().reader, study)
    curtain().writer.run(lambda db: archive(db, study, by, archived=archived))
    return on_to("studies.studies")


@pages.post("/studio/study/<study>/try")
@only_for("owner", "wizard")
def try_it(study: str) -> Response:
    """Into a conversation as a participant, which never counts."""
    access_study(curtain().reader, study)
    code = curtain().writer.run(lambda db: trial_code(db, study))
    return on_to("participant.chat", code=code)


def _form(
    source: str,
    *,
    version: Version | None = None,
    documents: Mapping[str, str] | None = None,
    problems: list[Problem] | None = None,
) -> str:
    try:
        study = read_study(source)
    except BadStudy:
        study = BLANK
    page = {
        "sections": [in_words(asdict(section)) for section in SECTIONS],
        "study": version.study.study if version else None,
        "version": version.version if version else 0,
        "source": source,
        "fields": fields_of(study),
        "usual": fields_of(BLANK),
        **_shown({"shown": True}, study),
        "problems": _problems_as_json(problems or []),
        "documents": {"stored": sorted(version.documents) if version else [], "texts": dict(documents or {})},
    }
    return render_template("studio/study.html", me=me(), page=page, study=study, version=version)


def _shown(asked: Mapping[str, Any], study: Study) -> dict[str, Any]:
    """With `shown`, the texts that participants read as Markdown: as they are written, and as they look."""
    if not asked.get("shown"):
        return {}
    texts = {"consent": study.consent, "greeting": study.persona.greeting, "debriefing": study.debriefing}
    return {"shown": {name: {"source": text, "html": to_html(text)} for name, text in texts.items()}}


def _asked() -> dict[str, Any]:
    asked = request.get_json(silent=True)
    return asked if isinstance(asked, dict) else {}


def _problems_as_json(problems: list[Problem]) -> list[dict[str, Any]]:
    return [{**each._asdict(), "message": words().say(each.message)} for each in problems]


def _both(mine: Study, base: int, newest: Version) -> dict[str, Any]:
    """What two people made of one version, for whoever comes second to look over and save."""
    reader = curtain().reader
    was = access_study(reader, newest.study.study, base)
    both = merged(fields_of(was.study), fields_of(mine), fields_of(newest.study))
    saved = next(each for each in read_apart(versions_of, newest.study.study) if each.version == newest.version)
    return {
        "version": newest.version,
        "by": account_names(reader).get(saved.actor, saved.actor),
        "source": newest.source,
        "theirs": fields_of(newest.study),
        **both._asdict(),
    }


def _free(name: str) -> str:
    """That name, or one like it that no study has."""
    taken = set(study_names(curtain().reader))
    return next(each for each in (name, *(f"{name[:58]}-{at}" for at in range(2, 10_000))) if each not in taken)


def _texts(version: Version) -> dict[str, str]:
    return {name: document_text(curtain().reader, sha256) for name, sha256 in version.documents.items()}


def in_words(part: dict[str, Any]) -> dict[str, Any]:
    """A section or a field of the form, in the page's language."""
    say = words().say
    return {
        **part,
        **{name: say(part[name]) for name in ("title", "help", "of") if name in part},
        **{name: [in_words(each) for each in part[name]] for name in ("fields",) if name in part},
        **({"options": [(value, say(called)) for value, called in part["options"]]} if part.get("options") else {}),
    }
