"""A whole study as one file, and the studies that a new one may begin with."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from importlib.resources import files
from io import BytesIO
from lzma import LZMAError
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from wizard.study import BadStudy, Problem
from wizard.study_file import read_study, rewritten

STUDY_FILE = "study.yaml"
LARGEST = 2_000_000
EPOCH = (1980, 1, 1, 0, 0, 0)
DAMAGED = (EOFError, LZMAError, OSError, RuntimeError, ValueError, zlib.error)
"""What `zipfile` raises, besides its own error, over bytes that aren't what they were."""
TEMPLATES = {
    "classifier": ("A classifier", "Which of a few kinds is this message? The participant reads what that says."),
    "form-filler": ("A form filler", "A few sentences become values: a table, a trip, an appointment."),
    "support": ("A support assistant", "Free text, replies that stand ready, a label, a limit, a survey after it."),
    "screen-helper": ("A screen helper", "Somebody says what they see on their screen, and is told the next step."),
    "meeting-game": ("A game for a meeting", "Person or program? Everybody asks, and guesses at the end."),
}  # fmt: skip


def template_source(name: str, called: str) -> str:
    """The file of that template, as the study of that short name."""
    source = files("wizard").joinpath("demo", "templates", f"{name}.yaml").read_text(encoding="utf-8")
    return rewritten(source, read_study(source).model_copy(update={"study": called}))


def packed(source: str, documents: Mapping[str, str]) -> bytes:
    """A zip file of the study's YAML, with its documents beside it: the same for the same study."""
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as file:
        for name, text in {STUDY_FILE: source, **documents}.items():
            file.writestr(ZipInfo(name, EPOCH), text)
    return whole.getvalue()


def unpacked(content: bytes) -> tuple[str, dict[str, str]]:
    """The study in a file, with the documents that came with it.

    Raises:
        BadStudy: it is neither YAML nor a study that was taken out.
    """
    try:
        with ZipFile(BytesIO(content)) as whole:
            fits = sum(each.file_size for each in whole.infolist()) <= LARGEST
            texts = {each: whole.read(each).decode("utf-8") for each in whole.namelist() if fits}
    except BadZipFile:
        try:
            return content.decode("utf-8"), {}
        except UnicodeDecodeError:
            raise BadStudy([Problem("The file is neither YAML nor a study that was taken out here.")]) from None
    except DAMAGED:
        raise BadStudy([Problem("The file is damaged, or holds something else than texts.")]) from None
    if not fits:
        raise BadStudy([Problem("The file holds more than a study.")])
    if STUDY_FILE not in texts:
        raise BadStudy([Problem(f"There is no {STUDY_FILE} in the file.")])
    return texts.pop(STUDY_FILE), texts
