"""What the program says, in other languages: catalogues as gettext has them, read when they are first needed.

English is what the code says, and the key of everything. A catalogue is one `.po` file of a domain and a language under
`wizard/locale`: `chat` is what participants are told, `studio` what the team's pages say. `docs/translating.md` tells
how to mark, collect and translate.
"""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.sansio.http import parse_cookie

from wizard.pacing import Busy, Pacing, Still
from wizard.study import ENGLISH, Persona, Study

LOCALE = Path(__file__).parent / "locale"
COOKIE = "language"
EXTENSION = "jinja2.ext.i18n"
BETWEEN_THOUSANDS = {"en": ",", "de": "."}
NARROW_SPACE = "\u202f"
POINTS = {"en": ".", "he": "."}
COMMA = ","
STUDIO_LANGUAGES = {"en": "English", "de": "Deutsch"}
"""The languages of the team's pages, each by its own name."""
BY_DEFAULT = (Persona().name, Still().say, Busy().say)
"""What a study says where its file doesn't."""
TELLING = 10
"""So many letters that a text has besides its gaps tell that it is that one; of fewer, what fills a gap must be known
or a number as well.
"""
WRITTEN = re.compile(r"\d+(,\d{3})*(\.\d+)?")
NUMBER = re.compile(r"[\d.,:+−-]+")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
BETWEEN_QUOTED = re.compile(r", (?=“)")
QUOTED = re.compile(r"“([^“”]*)”")
QUOTES = {"de": "„{0}“"}
PLURALS = re.compile(r"plural\s*=\s*([^;\\]+)")
LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+)?"(.*)"')


def phrase(text: str) -> str:
    """The same text, marked as one that people read: it is collected, and `Catalogue.say` finds it again."""
    return text


@dataclass(frozen=True)
class Entry:
    """One text in two languages: `texts` has more than one where it depends on a number. `files` is where it stands."""

    msgid: str
    texts: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """The texts of a domain in one language. What isn't in it is said in English."""

    language: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    plural: Callable[[int], int] = field(default=lambda n: int(n != 1))

    def gettext(self, text: str) -> str:
        """The text in this language."""
        entry = self.entries.get(text)
        return entry.texts[0] if entry else text

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The text that goes with so many."""
        entry = self.entries.get(one)
        return entry.texts[self.plural(n)] if entry else one if n == 1 else many

    def say(self, text: str) -> str:
        """What the code has put together in English: found by the text it was made from, and so are its parts, and what
        is listed in it, one by one.
        """
        if not self.entries or text in self.entries:
            return self.gettext(text)
        listed = BETWEEN_QUOTED.split(text)
        if len(listed) > 1 and all(said != each for each, said in zip(listed, map(self.say, listed), strict=True)):
            return ", ".join(map(self.say, listed))
        quoted = QUOTED.fullmatch(text)
        if quoted and self.language in QUOTES:
            return QUOTES[self.language].format(quoted[1])
        for pattern, msgid in self._patterns:
            found = pattern.fullmatch(text)
            if found is None:
                continue
            parts = [self.say(part) for part in found.groups()]
            is_that = parts != [*found.groups()] or all(map(NUMBER.fullmatch, parts))
            if is_that or len(PLACEHOLDER.sub("", msgid)) >= TELLING:
                values = dict(zip(names_in(msgid), parts, strict=True))
                counts = {name: self._count(part) for name, part in values.items() if f"“{{{name}}}”" not in msgid}
                return filled(self.gettext(msgid), values | counts)
        return text

    def _count(self, part: str) -> str:
        """A number that the code wrote as English does, as this language writes it; anything else as it is."""
        return self.written(part) if WRITTEN.fullmatch(part) else part

    def written(self, number: str) -> str:
        """A number in English figures, in those of this language."""
        between, point = BETWEEN_THOUSANDS.get(self.language, NARROW_SPACE), POINTS.get(self.language, COMMA)
        return number.translate(str.maketrans(",.-", f"{between}{point}−"))

    def of_files(self, *under: str, besides: str = "") -> dict[str, list[str]]:
        """Every entry that a file under those paths uses, `besides` one, for the scripts that lie there."""
        return {
            msgid: list(entry.texts)
            for msgid, entry in self.entries.items()
            if any(file.startswith(under) and file != besides for file in entry.files)
        }

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """The texts with numbered gaps, as the code makes them; those with the most to recognise them by come first."""
        made = [msgid for msgid in self.entries if "{0}" in msgid and PLACEHOLDER.sub("", msgid).strip(" :.,")]
        made.sort(key=lambda msgid: -len(PLACEHOLDER.sub("", msgid)))
        return [
            (re.compile("(.*?)".join(map(re.escape, PLACEHOLDER.split(msgid)[::2])), re.DOTALL), msgid)
            for msgid in made
        ]


def teach(environment: Environment, words: Callable[[], Catalogue]) -> None:
    """Let templates say things in the language of `words()`, which is asked each time; `EXTENSION` must be there.

    They have `_` and `{% trans %}`, the filters `say`, for what the code put together in English, and `number`, which
    may have so many digits after the point and a sign before what is more than nothing, and the functions `language`
    and `words_of`, what scripts under some paths say.
    """
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: words().gettext(text), lambda one, many, n: words().ngettext(one, many, n), newstyle=True
    )
    environment.filters.update(
        say=lambda text: words().say(text) if type(text) is str else text,
        number=lambda value, digits=0, sign="-": words().written(f"{value:{sign},.{digits}f}"),
    )
    environment.globals.update(
        language=lambda: words().language, languages=STUDIO_LANGUAGES, words_of=lambda *under: words().of_files(*under)
    )


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in."""
    return PLACEHOLDER.sub(lambda each: values[each[1]], text)


def names_in(text: str) -> list[str]:
    """The placeholders of a text, `{name}`, in their order."""
    return PLACEHOLDER.findall(text)


def studio_language(environ: Mapping[str, Any], languages: Iterable[str] = STUDIO_LANGUAGES) -> str:
    """What the colleague of this request chose, or else what their browser asks for, as far as there is that."""
    chosen = parse_cookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
    if chosen in STUDIO_LANGUAGES:
        return chosen
    asked = parse_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE", ""), LanguageAccept)
    return asked.best_match(list(languages), ENGLISH)


def in_its_language(study: Study, text: str) -> str:
    """A text of the study's as its participants are told it: what stands there by default, in their language."""
    return catalogue("chat", study.language).gettext(text) if text in BY_DEFAULT else text


def says_meanwhile(study: Study, pacing: Pacing) -> dict[str, str | None]:
    """What they are told where an answer takes long, and where none comes."""
    said = {"still": pacing.still, "busy": pacing.busy}
    return {name: in_its_language(study, each.say) if each else None for name, each in said.items()}


@lru_cache(maxsize=64)
def catalogue(domain: str, language: str) -> Catalogue:
    """The texts of that domain in that language; none where there is no such catalogue, as for English."""
    path = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
    if language == ENGLISH or not path.is_file():
        return Catalogue(language)
    return read_catalogue(language, path.read_text(encoding="utf-8"))


def read_catalogue(language: str, po: str) -> Catalogue:
    """The catalogue of a `.po` file's text, in the form that Babel and msgmerge write."""
    entries: dict[str, Entry] = {}
    plural: Callable[[int], int] = Catalogue(language).plural
    for block in re.split(r"\n\s*\n", po):
        entry = _entry(block)
        if entry is None:
            continue
        if entry.msgid:
            entries[entry.msgid] = entry
        elif found := PLURALS.search(entry.texts[0]):
            plural = gettext.c2py(found[1].strip())
    return Catalogue(language, {id: each for id, each in entries.items() if all(each.texts)}, plural)


def _entry(block: str) -> Entry | None:
    parts: dict[str, str] = {}
    files: list[str] = []
    part = ""
    for line in block.splitlines():
        if line.startswith("#:"):
            files += line[2:].split()
        found = LINE.fullmatch(line.strip())
        if found:
            part = f"{found[1]}{found[2] or ''}" if found[1] else part
            parts[part] = parts.get(part, "") + _unescaped(found[3])
    texts = tuple(text for name, text in parts.items() if name.startswith("msgstr"))
    return Entry(parts["msgid"], texts, tuple(files)) if "msgid" in parts and texts else None


def _unescaped(text: str) -> str:
    return str(json.loads(f'"{text}"')) if "\\" in text else text
