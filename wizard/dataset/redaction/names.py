"""Names of persons, where the words around them say that they are: “my name is”, “Frau”, the end of a letter.

A recogniser may find more; it is any callable that takes a text and gives the first and last character of each name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from wizard.dataset.redaction.glance import Glance
from wizard.dataset.redaction.span import Hit
from wizard.dataset.redaction.words import as_typed, one_of, words

Recogniser = Callable[[str], Iterable[tuple[int, int]]]
"""Takes a text, gives where names of persons stand in it: the first character, and the one after the last."""

GIVEN_NAMES = words("given_names")
"""Given names that are common in the countries whose forms are known here."""
NO_NAMES = words("no_names")
"""Words that no name consists of, though one may begin a sentence or follow “my name is”."""
NO_PERSONS = words("no_persons")
"""Words that are written like names, and name no person."""
BEFORE_A_NAME = as_typed(words("before_names"))
"""One of these, or of `ENDS_A_CLOSING`, comes before every name that the patterns below find, where none of
`NEAR_A_NAME` is near it.
"""
ENDS_A_CLOSING = as_typed(words("closings"))
"""With one of these ends what comes between a letter and its writer's name."""
NEAR_A_NAME = as_typed(words("near_names"))
IN_A_QUESTION = as_typed(words("questions"))
"""One of these, or of `NEAR_A_NAME`, is in every question for a name."""

UPPER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĘĚĞĢĪĮİŁŃŇŌŐŒŘŚŞŠŢŤŪŮŰŹŻŽ]"
LETTER = r"[^\W\d_]"
WORD = rf"{UPPER}{LETTER}*(?:[’'-]{LETTER}+)*"
INITIAL = rf"{UPPER}\.(?:[ ]?{UPPER}\.)*"
PARTICLE = one_of(
    """
    van der|van den|van de|van|von der|von und zu|von|vom|zu|zur|ter|ten|op de
    de la|de los|de las|del|della|delle|dello|des|de|di|da|do|dos|du|le|la|y|e
    bin|ibn|al|el|O’|O'|d’|d'
    """
)
NAME = rf"(?:{WORD}|{INITIAL})(?:[ ](?:(?:{PARTICLE}[ ])?(?:{WORD}|{INITIAL}))){{0,4}}"
SURNAME = rf"(?:{PARTICLE}[ ])?{WORD}(?:[ ](?:{PARTICLE}[ ])?{WORD}){{0,3}}"
LOWER = rf"{LETTER}{{2,}}(?:[’'-]{LETTER}+)*(?:[ ]{LETTER}{{2,}}(?:[’'-]{LETTER}+)*)?"

MY_NAME_IS = one_of(
    r"""
    \bmy (?:full |first |last |sur|legal |real |middle |maiden )?name(?: is|[’']s|:)|\bname[’']s
    \b(?:full |first |last |sur)name is|\bi am called|\bplease call me|\byou can call me|\bcall me
    \b(?:account |card ?)?holder(?: is|:)|\bon behalf of|\bin the name of|\bunder the name(?: of)?|\bregistered to
    \bich hei(?:ß|ss)e|\bmein (?:voller |ganzer )?(?:vor|nach|familien)?name (?:ist|lautet)
    \bauf den namen|\bim namen von
    \bje m[’']appelle|\bmon (?:pré)?nom(?: de famille| complet)? (?:est|c[’']est)|\bau nom de
    \bme llamo|\bmi (?:nombre(?: completo)?|apellido) es|\ba nombre de|\bmis apellidos son
    \bmi chiamo|\bil mio (?:cog)?nome(?: completo)? è|\ba nome di|\bintestat[oa] a
    \bik heet|\bmijn (?:volledige |voor|achter)?naam is|\bop naam van
    """
)
INTRODUCED = re.compile(rf"(?:(?i:{MY_NAME_IS})[ :,]+(?:(?i:is|it[’']s)[ ]+)?)(?:(?P<name>{NAME})|(?P<lower>{LOWER}))")

SAYS_WHO = one_of("this is|it[’']s|hier ist|hier spricht|ici|c[’']est|le habla|habla|soy|sono|u spreekt met|met|parla")
ON_THE_LINE = one_of(
    """
    speaking|calling|here|from|again|am apparat|à l[’']appareil
    al teléfono|al habla|al telefono|aan de (?:lijn|telefoon)
    """
)
SPEAKING = re.compile(
    rf"\b(?i:{SAYS_WHO})[ ](?P<name>{NAME})(?=[ ](?i:{ON_THE_LINE}))"
    rf"|\b(?i:hier spricht|le habla|u spreekt met)[ ](?P<spoken>{NAME})"
)

THIS_IS = one_of(
    """
    I am|I’m|I'm|i am|i'm|i’m|Im|im|This is|this is|Ich bin|ich bin|Hier ist|hier ist
    Je suis|je suis|Soy|soy|Sono|sono|Ik ben|ik ben
    """
)
I_AM = re.compile(rf"\b{THIS_IS}[ ](?:(?i:der|die|la|el|de)[ ])?(?P<name>{NAME})")

TITLE = one_of(
    r"""
    (?:Mr|Mrs|Ms|Mx|Dr|Prof|Mme|Mlle|Sr|Sra|Srta|Sig|Dott|Avv|Ing|Dhr|dhr|Mevr|mevr|mw|Mw|Hr|Fr|Dra|D|Dña)\.?
    Miss|Sir|Madam|Professor|Doctor|Doktor|Herrn?|Frau|Monsieur|Madame|Mademoiselle|M\.
    Don|Doña|Señora?|señora?|Señorita|Signora?|signora?|Sig\.ra|Sig\.na|Dott\.ssa|Dottoressa|Dottore?
    Meneer|meneer|Mevrouw|mevrouw|Heer
    """
)
TITLED = re.compile(rf"\b{TITLE}[ ](?:(?:Dr|Prof|Dott|Ing)\.[ ](?:med\.[ ])?)?(?P<name>(?:{INITIAL}[ ])?{SURNAME})")

CLOSING = one_of(
    r"""
    (?:\b(?:kind|best|warm|many)?[ ]?(?:regards|wishes)|\bcheers|\bsincerely(?: yours)?)
    \bthanks(?: again| a lot| in advance)?|\bthank you(?: very much)?|\byours(?: sincerely| truly| faithfully)?
    \b(?:mit )?(?:freundlichen|besten|herzlichen|lieben|viele[n]?|liebe|beste|schöne)[ ]grü(?:ß|ss)en?
    \bmfg|\blg|\bvg|\bgruß|\bdanke(?: und gruß)?
    \b(?:bien )?cordialement|\bsincères salutations|\bbonne journée|\bmerci(?: d[’']avance)?|\bbien à vous
    \b(?:un )?(?:cordial )?saludos?(?: cordiales)?|\batentamente|\b(?:muchas )?gracias|\bun abrazo
    \b(?:cordiali|distinti) saluti|\bsaluti|\bgrazie(?: mille)?
    \b(?:met )?(?:vriendelijke|hartelijke)?[ ]?groet(?:en|jes)?|\bmvg|\bbedankt
    """
)
SIGNED = re.compile(
    rf"(?i:{CLOSING}[ ]?[,.!–-]*[ ]*(?:\n\s*|(?<=,)[ ]|(?<=[–-])[ ]))"
    rf"[–-]?[ ]?(?P<name>{NAME})(?=[ ]?[.!]?[ ]*(?:\n|$))"
)

NAME_FIELD = one_of(
    """
    (?:(?:full|first|last|given|family|middle|contact|customer|account holder|card ?holder)[ ]?)?(?:name|surname)
    nachname|vorname|familienname|ansprechpartner|kontoinhaber|nom|prénom|nom et prénom|titulaire
    nombre|nombre y apellidos|apellidos?|titular|cognome|nome|nome e cognome|intestatario|naam|voornaam|achternaam
    """
)
FIELD = re.compile(rf"(?im:^[ *•>-]*{NAME_FIELD})[ ]?[:=][ ]*(?P<name>{NAME})")

GREETING = one_of(
    """
    hi|hello|dear|hey|hallo|liebe[r]?|guten (?:tag|morgen|abend)|bonjour|cher|chère
    hola|buenos días|estimad[oa]|querid[oa]|ciao|buongiorno|gentile|car[oa]|beste|dag|geachte
    """
)
GREETED = re.compile(rf"^(?i:{GREETING})[ ](?P<name>{NAME})(?=[ ]?[,!.–-]|$)", re.MULTILINE)

ASKS_FOR_A_NAME = re.compile(
    one_of(
        r"""
        \b(?:your (?:full |first |last |sur|legal |middle |maiden )?name|name,? please|(?:full|first|last) name)
        \bwhom? am i (?:speaking|talking|chatting) (?:to|with)
        \b(?:ihren?|dein(?:en)?) (?:vollen |vollständigen )?(?:vor|nach)?name
        \b(?:wie hei(?:ß|ss)en sie|wie hei(?:ß|ss)t du|mit wem spreche ich)
        \b(?:votre (?:pré)?nom|ton nom|comment vous appelez|à qui ai-je)
        \b(?:su (?:nombre|apellido)|tu nombre|cómo se llama|cómo te llamas|con quién hablo)
        \b(?:(?:il )?(?:suo|tuo) (?:cog)?nome|come si chiama|come ti chiami|con chi parlo)
        \b(?:uw (?:volledige |voor|achter)?naam|je naam|hoe heet)
        """
    ),
    re.IGNORECASE,
)
ANSWER = re.compile(rf"\s*(?P<name>{LETTER}+\.?(?:[ ’'-]{LETTER}+\.?){{0,4}})\s*[.!]?\s*")
STARTS = re.compile(
    r"(?:(?:hi|hello|hey|yes|yeah|sure|ok|okay|of course|ja|gern|natürlich|oui|bien sûr|sí|claro|certo|sì)[,.!]? +)?"
    r"(?:(?:it[’']s|it is|that[’']s|that is|this is|i[’']m|i am|das ist|es ist|ich bin|c[’']est|je suis|es|soy|sono|è"
    r"|ik ben|dat is) +)?",
    re.IGNORECASE,
)


def may_name(seen: Glance, asked: Glance | None) -> bool:
    """Whether a text may have a name of a person in it."""
    if not NEAR_A_NAME.isdisjoint(seen.cues) or (asked and _may_ask_for_a_name(asked)):
        return True
    return any(_may_precede_a_name(seen, at) for at in seen.capitals if at)


def _may_ask_for_a_name(asked: Glance) -> bool:
    if not NEAR_A_NAME.isdisjoint(asked.cues):
        return True
    return not IN_A_QUESTION.isdisjoint(asked.cues) and ASKS_FOR_A_NAME.search(asked.text) is not None


def _may_precede_a_name(seen: Glance, at: int) -> bool:
    """Whether the word before that one may come before a name."""
    word = seen.typed[at - 1]
    if word == "is":
        return at > 1 and seen.typed[at - 2] == "this"
    if word in BEFORE_A_NAME or (word in ENDS_A_CLOSING and ("\n" in seen.text or not word[-1].isalpha())):
        return True
    return not word[-1].isalpha() and at > 1 and seen.typed[at - 2] in ENDS_A_CLOSING


def names(text: str, asked: str) -> Iterator[Hit]:
    """Names of persons by the words around them."""
    for found in INTRODUCED.finditer(text):
        if found["name"]:
            yield from _hit(text, *found.span("name"))
        elif found["lower"]:
            yield from _in_small_letters(text, *found.span("lower"))
    for found in SPEAKING.finditer(text):
        yield from _hit(text, *found.span("spoken" if found["spoken"] else "name"))
    for pattern in (TITLED, SIGNED, FIELD):
        for found in pattern.finditer(text):
            yield from _hit(text, *found.span("name"))
    for pattern in (I_AM, GREETED):
        for found in pattern.finditer(text):
            first = re.split(r"[ '’-]", found["name"])[0].casefold()
            if first in GIVEN_NAMES:
                yield from _hit(text, *found.span("name"))
    if ASKS_FOR_A_NAME.search(asked):
        yield from _answer(text)


def _answer(text: str) -> Iterator[Hit]:
    """A whole message that is a name, and comes after the question for one."""
    begins = STARTS.match(text)
    found = ANSWER.fullmatch(text, begins.end() if begins else 0)
    if found is None or len(found["name"]) < 2:
        return
    said = re.findall(rf"{LETTER}+", found["name"].casefold())
    if NO_NAMES.isdisjoint(said) and not NO_PERSONS.issuperset(said):
        yield Hit(*found.span("name"), "name", key_of(found["name"]))


def _hit(text: str, start: int, end: int) -> Iterator[Hit]:
    """A name without the words about it that begin with a capital as it does: “Mr Berg Please”."""
    said = text[start:end].split(" ")
    while said and _is_no_name(said[-1]):
        said.pop()
    while said and said[0][:1].isupper() and _is_no_name(said[0]):
        start += len(said.pop(0)) + 1
    name = " ".join(said)
    if len(name) > 1:
        yield Hit(start, start + len(name), "name", key_of(name))


def _in_small_letters(text: str, start: int, end: int) -> Iterator[Hit]:
    """“my name is ana berg”: where the first word is a common name, or nothing else follows."""
    said = text[start:end].split(" ")
    first = said[0].casefold()
    if first in NO_NAMES or first in NO_PERSONS:
        return
    if len(said) > 1 and (said[1].casefold() in NO_NAMES or re.match(r"['’]", said[1])):
        said.pop()
    stop = start + len(" ".join(said))
    known = first in GIVEN_NAMES
    ends = not text[stop:].strip() or re.match(r"[.,;!?\n]|[ ](?:and|und|et|y|e|en)[ ]", text[stop:])
    if known and len(said) > 1 and not ends:
        stop = start + len(said[0])
    if known or ends:
        yield Hit(start, stop, "name", key_of(text[start:stop]))


def _is_no_name(word: str) -> bool:
    bare = word.strip(".,").casefold()
    return bare in NO_NAMES or bare in NO_PERSONS or re.split("['’]", bare)[0] in {"i", "it", "that", "what"}


def key_of(name: str) -> str:
    """A name in one spelling."""
    return " ".join(re.findall(rf"{LETTER}+", name.casefold()))
