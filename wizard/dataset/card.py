"""The card of a dataset: what a careful buyer asks, in words, with every figure's count and uncertainty."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from wizard.dataset.columns import COLUMNS, SPLIT, SPLIT_MEANING, UNITS
from wizard.dataset.likeness import Alike
from wizard.dataset.redaction.span import KINDS
from wizard.dataset.retelling import UNKNOWN_WIZARD
from wizard.dataset.splits import SIDES
from wizard.dataset.subject import Ending, Subject
from wizard.dataset.tally import LEFT_OUT, Tally, quantile
from wizard.settings import VERSION
from wizard.shares import share
from wizard.study import Study

NOT_ENOUGH = "not enough to say"
NOT_JUDGED = "It wasn’t judged with this export; `python -m wizard report {study}` says it."
SHOWN = 10
"""So many ids stand in a sentence."""
SMALL, SIZES = 1_000, ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "n>10M")


def card(
    subject: Subject,
    tally: Tally,
    ending: Ending,
    aside: int,
    near: Alike,
    columns: Sequence[str],
    hidden: Sequence[str] = (),
) -> str:
    """The card's text, in Markdown, without its head. `columns` are the lines that tell of them, how often which label
    is there isn't told of `hidden` sides.
    """
    study = subject.study
    parts = [
        f"# {study.title}",
        _told_of(subject, tally),
        "## What was asked of participants",
        _asked(study, tally),
        "## What a model would see",
        _sees(study),
        "## Who answered, and how fast",
        _answered(tally),
        "## Labels",
        _labels(subject, tally, hidden),
        "## Could a model learn this?",
        ending.verdict() or NOT_JUDGED.format(study=study.study),
        "## Splits",
        _splits(tally, aside),
        "## Personal data",
        _redaction(ending.redacted),
        "## Known leaks and limits",
        _limits(tally, near, named=not hidden),
        "## Columns",
        "\n".join(columns),
        "## Licence and consent",
        f"Licence: {study.licence or 'none was stated; ask the study’s owner before you use it'}.",
        _consent(study, tally),
        "## To cite, and to make it again",
        f"`CITATION.cff` says how to cite it. It is a function of the log up to event {subject.upto:,}; the events of "
        f"this study there have the SHA-256 `{ending.checksum()}`:",
        f"```\n{ending.command}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def columns(labels: Sequence[str], without: Collection[str] = ()) -> list[str]:
    """A table of every column but those."""
    table = {each.name: f"| `{each.name}` | {UNITS[each.kind]} | {each.meaning} |" for each in COLUMNS}
    table[SPLIT] = f"| `{SPLIT}` | – | {SPLIT_MEANING} |"
    return [
        "| column | unit | meaning |",
        "| --- | --- | --- |",
        *(line for name, line in table.items() if name not in without),
        *(f"| `label_{name}` | – | the label {name} as it stands now |" for name in labels),
    ]


def size_category(examples: int) -> str:
    """How the Hugging Face hub names a size."""
    at, most = 0, SMALL
    while examples >= most and at < len(SIZES) - 1:
        at, most = at + 1, most * 10
    return SIZES[at]


def as_yaml(tree: Any) -> str:
    """A tree of lists and objects as a file that people read: no text in it is broken over lines."""
    yaml, out = YAML(), StringIO()
    yaml.width = 10**9
    yaml.allow_unicode = True
    yaml.dump(tree, out)
    return out.getvalue()


def citation(subject: Subject, ending: Ending) -> str:
    """CITATION.cff."""
    told = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "title": subject.study.title,
        "message": "If you use this dataset, please cite it.",
        "authors": [{"name": f"The team of the study {subject.study.study}"}],
        "version": str(subject.version),
        "identifiers": [
            {
                "type": "other",
                "value": f"sha256:{ending.checksum()}",
                "description": "The events of the log it is made of",
            }
        ],
        **({"license": subject.study.licence} if subject.study.licence else {}),
    }
    return as_yaml(told)


def _told_of(subject: Subject, tally: Tally) -> str:
    """What it is, in three sentences."""
    people, who = _many(len(tally.participants), "participant"), _who(tally)
    imported = tally.marks["imported"]
    told = f"{_many(tally.examples, 'exchange')} of {people}"
    if imported and imported == tally.examples:
        told += f", answered by {who}; recorded elsewhere, and imported."
    else:
        told += f" with what they took for a model, answered by {who} who saw what a model would see."
        told += f" {imported:,} of them were recorded elsewhere, and imported." if imported else ""
    if tally.days:
        first, last = min(tally.days), max(tally.days)
        told += f" From {first}" + (f" to {last}." if last != first else ".")
    told += f" Study `{subject.study.study}`, version {subject.version}, with Curtain {VERSION}."
    if set(tally.versions) - {subject.version}:
        by = ", ".join(f"{version} ({many:,})" for version, many in sorted(tally.versions.items()))
        told += f" What is said of the study here is of that version; exchanges by version: {by}."
    return told


def _asked(study: Study, tally: Tally) -> str:
    persona = study.persona
    parts = [f"They met {persona.name}" + (f": “{persona.greeting}”" if persona.greeting else ".")]
    if study.welcome:
        parts.append(f"Above it stood: “{study.welcome}”")
    scenarios = [
        f"- Scenario `{each.id}` ({_many(tally.scenarios[each.id], 'exchange')}): {each.text}"
        for each in study.scenarios
    ]
    return "\n\n".join([*parts, "\n".join(scenarios)] if scenarios else parts)


def _sees(study: Study) -> str:
    history = study.model_sees.history
    sees = ["the whole conversation so far" if history == "all" else f"the last {_many(history, 'message')}"]
    sees += [f"the field `{name}`" for name in study.model_sees.participant]
    sees += [f"the document `{name}`" for name in study.model_sees.documents]
    kinds = {"text": "a text", "choice": "one of several classes", "form": "a form’s values"}
    return f"It would see {', '.join(sees)}. A reply is {kinds[study.reply.kind]}."


def _who(tally: Tally) -> str:
    """How many people answered, as far as anybody knows."""
    named = len(tally.wizards.keys() - {UNKNOWN_WIZARD})
    told = [_many(named, "person", "people")] if named or not tally.wizards else []
    if UNKNOWN_WIZARD in tally.wizards:
        told.append(f"{'others' if named else 'people'} whom the file doesn’t name")
    return " and ".join(told)


def _answered(tally: Tally) -> str:
    who = _who(tally)
    lines = [f"{who[0].upper()}{who[1:]}."]
    if timed := tally.seconds.total():
        fast, half, slow = (quantile(tally.seconds, part) for part in (0.1, 0.5, 0.9))
        lines.append(
            f"From the observation on the screen to the reply: median {half} s, one in ten under {fast} s, "
            f"one in ten over {slow} s ({timed:,} replies)."
        )
    could = tally.could_answer
    if said := tally.examples - could[""]:
        yes = _share(could["yes"], said)
        lines.append(
            f"Could they answer from what was shown? Yes in {yes}, guessed {could['guessed']:,}, no {could['no']:,}."
        )
    else:
        lines.append("Whether they could answer from what was shown wasn’t said.")
    sources = ", ".join(f"{name} {many:,}" for name, many in sorted(tally.sources.items()))
    return " ".join([*lines, f"Replies by source: {sources or 'none'}."])


def _labels(subject: Subject, tally: Tally, hidden: Sequence[str]) -> str:
    if not subject.labels:
        return "The study has none."
    blocks = []
    for name in subject.labels:
        values = sorted({value for label, value, side in tally.labels if label == name and side not in hidden})
        if not values:
            blocks.append(f"**{name}**: free text, or never given.")
            continue
        sides = [side for side in (*SIDES, "aside") if tally.sides[side] and side not in hidden]
        agreed = (
            f"Second opinions agreed in {_share(tally.agreed[name], tally.opined[name], tally.doubled[name])}."
            if tally.opined[name]
            else "There are no second opinions on it."
        )
        table = [["value", *sides], ["---", *["---:"] * len(sides)]]
        table += [[_cell(value), *(f"{tally.labels[name, value, side]:,}" for side in sides)] for value in values]
        blocks.append("\n".join([f"**{name}**. {agreed}", "", *(f"| {' | '.join(row)} |" for row in table)]))
    return "\n\n".join(blocks)


def _splits(tally: Tally, aside: int) -> str:
    sides = ", ".join(f"{side} {tally.sides[side]:,}" for side in SIDES)
    left_out = tally.sides[LEFT_OUT]
    told = (
        f"{sides}. By participant, with a keyed hash: nobody is on two sides, and nobody ever changes sides. "
        f"{_many(aside, 'exchange')} whose input stands, but for case, accents, signs and which digits, on another "
        f"side too {'was' if aside == 1 else 'were'} set aside."
    )
    if left_out:
        told += (
            f" {_many(left_out, 'exchange')} can’t be learnt from, or lack what is to be predicted, and are in no file."
        )
    return told


def _redaction(redacted: Mapping[str, int] | None) -> str:
    if redacted is None:
        return "Nothing was taken out: texts are as they were said, and may name people."
    if not redacted:
        return "Personal data was looked for, and none was found."
    found = ", ".join(f"{KINDS[kind]} ({many:,})" for kind, many in sorted(redacted.items()))
    return (
        f"Taken out, and replaced by placeholders as `[NAME_1]`, the same throughout a conversation: {found}. "
        "What a pattern can't see may still be there."
    )


def _consent(study: Study, tally: Tally) -> str:
    agreed = tally.marks["consented"]
    if not study.consent:
        before = f", but {_many(agreed, 'exchange')} of earlier versions, which asked for it" if agreed else ""
        return f"Participants weren’t asked to agree to a text{before}."
    quoted = "\n".join(f"> {line}" for line in study.consent.splitlines())
    return (
        f"The participants of {agreed:,} of {_many(tally.examples, 'exchange')} agreed to this before they began; an "
        f"older version may have had another text:\n\n{quoted}"
    )


def _limits(tally: Tally, near: Alike, *, named: bool) -> str:
    told = {
        "saw_more": "was answered from more than a model would see",
        "not_for_training": "is flagged as not to be trained on",
        "stopped": "was stopped by the participant",
        "imported": "was imported, and happened elsewhere: whom the file didn’t tell apart may be on two sides",
        "no_reply": "has labels and no reply",
    }
    lines = [
        f"- {_many(tally.marks[mark], 'exchange')}: each {says}." for mark, says in told.items() if tally.marks[mark]
    ]
    if near.held and near.train:
        lines.append(f"- {_near(near, named=named)}")
    return "\n".join(lines) or "None that the log knows of."


def _near(near: Alike, *, named: bool) -> str:
    """How many inputs are nearly the same on two sides; they stay where they are."""
    many = len(near.ids)
    says = (
        f"{'Of' if near.all else 'Of a sample of'} {_many(near.held, 'exchange')} in validation and test {many:,} "
        f"{'is' if many == 1 else 'are'} nearly the same as one of {near.train:,} in train: of what the participant "
        "had said, four words in five are in both, in whatever order."
    )
    if not many or not named:
        return says
    return f"{says} {'Some are' if many > SHOWN else 'Namely'} {', '.join(f'`{id}`' for id in near.ids[:SHOWN])}."


def _share(part: int, of: int, exchanges: int | None = None) -> str:
    """As people say it: of how many, and how sure. Several on one of the exchanges are no surer than one would be."""
    on = of if exchanges is None else exchanges
    found = share(round(part * on / of), on)
    many = f"{part / of:.0%} of {of:,}" if found else f"{part:,} of {of:,}"
    where = f", on {_many(on, 'exchange')}" if on != of else ""
    sure = f"{found.low:.0%} to {found.high:.0%} with 90 % confidence" if found else NOT_ENOUGH
    return f"{many}{where} ({sure})"


def _many(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ")
