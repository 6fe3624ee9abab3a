"""What people read is marked and translated: every text, in every catalogue, whole."""

from __future__ import annotations

import gettext
import io
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from babel.messages import mofile
from jinja2 import Environment

from tests.scripts import HOLE, Call, Html, Plain, scan, unmarked_in_html
from tests.words import ROOT, collect, read, wanted
from wizard.language import EXTENSION, LOCALE, Catalogue, catalogue, names_in, read_catalogue, teach
from wizard.study import LANGUAGES

CATALOGUES = pytest.mark.parametrize("path", wanted(), ids=lambda path: f"{path.parents[1].name}-{path.stem}")
GAP = re.compile(r"%\(\w+\)s|\{\w+\}|%%")
TELLS = {
    "de": r"mensch|person|wizard|kolleg|mitarbeiter|jemand\b|hinter dem",
    "fr": r"personne|humain|magicien|collègue|quelqu[’']un|employé",
    "es": r"persona\b|human|mago|colega|alguien|empleado",
    "it": r"persona\b|uman[oaie]|mago|collega|qualcuno|impiegat",
    "pt": r"pessoa|human|mago|colega|alguém|empregad",
    "nl": r"mens|persoon|tovenaar|collega|\biemand\b|medewerker",
    "ar": r"إنسان|شخص|بشر|ساحر|زميل|موظف|أحدهم",
    "he": r"אדם|אנוש|בן.?אדם|קוסם|עמית|מישהו|עובד\b",
}
"""Words by which a participant could tell before the end that a person answers."""
AFTER = {"static/chat/after.js", "templates/chat/mine.html"}
"""What says something of a person only after the end: the question, and what was answered to it."""
NOT_TRANSLATED = {
    "templates/report_file.html": "a file of the command line's",
}
BLOCKS = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{#.*?#\}|<code>.*?</code>|<style>.*?</style>", re.DOTALL)
EXPRESSIONS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
MARKED = re.compile(r'\b_\("[^"]*"')
PROSE = re.compile(r"(?:^|\s)[A-Z][a-z]|\w…|[a-z’]{2,} [a-z]|^0 [a-z]{3,}| [a-z]{3,} 0")
STRINGS = re.compile(r'"([^"]*)"')
NO_PROSE = re.compile(
    r"^[.#\[]|^(said|unsent|mark icon|icon|asked|button|dialog|text-problem|wide|io|hand over|assistant coming)\b|^Key$"
)
KEYS = {
    *("Enter", "Escape", "Esc", "Tab", "Backspace", "Space", "Shift", "Control", "Alt", "Meta", "CapsLock", "ArrowUp"),
    *("ArrowDown", "Shift Enter", "Ctrl Enter", "Ctrl k", "Shift 1 to 9", "1 to 9", "Ctrl", "Alt"),
}
"""Keys by their names in events, which the sheet says in its language."""
NAMES = {"Curtain", "· Curtain", "UTC", "Content-Type", "#find?"}


@pytest.fixture(scope="module")
def texts() -> Any:
    return collect()


@CATALOGUES
def test_a_catalogue_has_every_text_and_no_other(path: Path, texts: Any) -> None:
    found = {each.id[0] if isinstance(each.id, tuple) else each.id for each in read(path) if each.id}
    here = set(texts[wanted()[path]])
    assert here - found == set(), "run python -m tests.words, and translate what is new"
    assert found - here == set(), "run python -m tests.words"


@CATALOGUES
def test_every_text_is_translated_and_keeps_its_gaps(path: Path) -> None:
    wrong = []
    for each in read(path):
        if not each.id:
            continue
        ids = each.id if isinstance(each.id, tuple) else (each.id,)
        strings = each.string if isinstance(each.string, tuple) else (each.string,)
        gaps = {gap for id in ids for gap in GAP.findall(id)}
        whole = all(set(GAP.findall(string)) <= gaps for string in strings) and set(GAP.findall(strings[-1])) == gaps
        if each.fuzzy or not all(strings) or not whole:
            wrong.append(each.id)
    assert wrong == []


@CATALOGUES
def test_a_catalogue_is_read_as_babel_reads_it(path: Path) -> None:
    found, known = read_catalogue("", path.read_text(encoding="utf-8")), read(path)
    assert {id: each.texts for id, each in found.entries.items()} == {
        (each.id[0] if isinstance(each.id, tuple) else each.id): (
            each.string if isinstance(each.string, tuple) else (each.string,)
        )
        for each in known
        if each.id
    }
    compiled = io.BytesIO()
    mofile.write_mo(compiled, known)
    theirs = gettext.GNUTranslations(io.BytesIO(compiled.getvalue()))
    assert [found.plural(n) for n in range(120)] == [theirs.plural(n) for n in range(120)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", TELLS)
def test_no_word_tells_of_a_person_before_the_end(language: str) -> None:
    found = catalogue("chat", language).entries.values()
    before = [each for each in found if AFTER.isdisjoint(each.files) or set(each.files) - AFTER]
    assert len(before) > 50
    after = " ".join(text for each in found if each not in before for text in each.texts)
    assert re.search(TELLS[language], after, re.IGNORECASE), "the words are looked for in vain where they do stand"
    said = [GAP.sub("", text) for each in before for text in each.texts]
    told = [text for text in said if re.search(TELLS[language], text, re.IGNORECASE)]
    assert told == []


def test_every_language_of_participants_has_words_that_would_tell() -> None:
    assert set(TELLS) == set(LANGUAGES) - {"en"}
    assert {path.name for path in LOCALE.iterdir() if path.is_dir()} == set(TELLS)


def test_what_code_put_together_is_found_by_what_it_was_made_from() -> None:
    words = read_catalogue(
        "de",
        'msgid "Field “{0}” must be {1}."\nmsgstr "Feld „{0}“ muss {1} sein."\n\n'
        'msgid "a number"\nmsgstr "eine Zahl"\n\n'
        'msgid "{0} and {1}"\nmsgstr "{0} und {1}"\n\n'
        'msgid "“{0}” ({1} of {2} missed)"\nmsgstr "„{0}“ ({1} von {2} verfehlt)"\n\n'
        'msgid "These help: {0}."\nmsgstr "Das hilft: {0}."\n\n'
        'msgid "Field “{0}” must be yes or no."\nmsgstr "Feld „{0}“: ja oder nein."',
    )
    assert words.say("Field “seats” must be a number.") == "Feld „seats“ muss eine Zahl sein."
    assert words.say("Field “seats” must be yes or no.") == "Feld „seats“: ja oder nein."
    assert words.say("3 and 4.5") == "3 und 4,5"
    assert words.say("yes and no") == "yes and no"
    listed = "These help: “a, b” (1 of 2 missed), “c” (3 of 4 missed)."
    assert words.say(listed) == "Das hilft: „a, b“ (1 von 2 verfehlt), „c“ (3 von 4 verfehlt)."
    assert words.say("These help: “a, b”, “c”.") == "Das hilft: „a, b“, „c“."
    assert words.say("These help: “c {0}”.") == "Das hilft: „c {0}“."
    assert words.say("a number and no") == "eine Zahl und no"
    assert words.say("Something else {0}.") == "Something else {0}."
    assert words.say("1,400 and 12,000,000") == "1.400 und 12.000.000"
    assert words.say("1,4 and 2") == "1,4 und 2"
    assert words.say("Field “1,400” must be a number.") == "Feld „1,400“ muss eine Zahl sein."
    assert names_in("{0} of {name}") == ["0", "name"]
    assert Catalogue("en").say("Field “seats” must be a number.") == "Field “seats” must be a number."


def test_a_template_writes_a_number_as_its_language_does() -> None:
    figures = "{{ 12345|number }} {{ 1234.5|number(2) }} {{ -17.2|number(1, '+') }} {{ 3|number(sign='+') }}"
    for language, expected in (("en", "12,345 1,234.50 −17.2 +3"), ("de", "12.345 1.234,50 −17,2 +3")):
        environment = Environment(extensions=[EXTENSION], autoescape=True)
        teach(environment, partial(Catalogue, language))
        assert environment.from_string(figures).render() == expected


def test_a_page_says_where_something_stood_in_its_language() -> None:
    environment = Environment(extensions=[EXTENSION], autoescape=True)
    teach(environment, partial(catalogue, "studio", "de"))
    page = environment.from_string("{{ where.split(', ')|map('say')|join(', ') }}")
    said = page.render(where="exchange 12, second opinion, label colour")
    assert said == "Austausch 12, Zweitmeinung, label colour"


def test_scripts_are_read_through_their_templates() -> None:
    source = """
    // _("not this")
    const a = html`<p title="Title" class="x">Said ${on && html`<b>${_("Marked", { n })}</b>`}</p>`;
    const some = ngettext("{n} one", "{n} many", n);
    const b = /"[^"]+"/.test("Plain words");
    """
    pieces = scan(source)
    assert [each.texts for each in pieces if isinstance(each, Call)] == [("Marked",), ("{n} one", "{n} many")]
    assert [each.text for each in pieces if isinstance(each, Plain)] == ["Plain words"]
    [inner, outer] = [each.text for each in pieces if isinstance(each, Html)]
    assert list(unmarked_in_html(inner)) == []
    assert list(unmarked_in_html(outer)) == ["Title", "Said"]
    assert HOLE in outer


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_that_is_not_marked(path: Path) -> None:
    if str(path.relative_to(ROOT)) in NOT_TRANSLATED:
        pytest.skip(NOT_TRANSLATED[str(path.relative_to(ROOT))])
    source = BLOCKS.sub(HOLE, path.read_text(encoding="utf-8"))
    said = [text for each in EXPRESSIONS.findall(source) for text in STRINGS.findall(MARKED.sub("", each))]
    html = EXPRESSIONS.sub(HOLE, re.sub(r"{% block kind %}.*?{% endblock %}", "", source))
    found = [*unmarked_in_html(html), *filter(PROSE.search, said)]
    assert [text for text in found if text.replace(HOLE, "").strip() not in NAMES and not NO_PROSE.search(text)] == []


def test_what_decides_the_plural_comes_first() -> None:
    """Jinja takes the first value for the number that a plural goes with."""
    blocks = [
        block
        for path in (ROOT / "templates").rglob("*.html")
        for block in re.findall(r"{%-? trans .*?endtrans -?%}", path.read_text(encoding="utf-8"), re.DOTALL)
        if "{% pluralize %}" in block
    ]
    assert len(blocks) > 10
    assert [block for block in blocks if not re.match(r"{%-? trans count=", block)] == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "static").rglob("*.js")), ids=lambda path: str(path.relative_to(ROOT / "static"))
)
def test_a_script_says_nothing_that_is_not_marked(path: Path) -> None:
    found: list[str] = []
    for piece in scan(path.read_text(encoding="utf-8")):
        if isinstance(piece, Html):
            found += unmarked_in_html(piece.text)
        elif isinstance(piece, Plain) and piece.after not in ("from", "import"):
            text = piece.text.replace(HOLE, "0")
            if (
                PROSE.search(text)
                and piece.text.replace(HOLE, "").strip() not in KEYS | NAMES
                and not NO_PROSE.search(text)
            ):
                found.append(piece.text)
    assert found == []
