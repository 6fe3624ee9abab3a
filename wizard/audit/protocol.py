"""Whether what came down the socket is what the protocol and the study's pacing say: nothing more, nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from wizard.audit.findings import Finding
from wizard.audit.frames import EVENT, RECEIPT, ReadFrame, heard
from wizard.audit.recording import Recording
from wizard.live.payloads import DOWN, UP
from wizard.live.payloads.parts import Refused
from wizard.schema_errors import in_plain_words

NAMESPACE = "/chat"
MAY_FOLLOW = {
    "": {"dots", "still", "busy", "off"},
    "off": {"dots", "still", "busy"},
    "dots": {"still", "busy", "off"},
    "still": {"busy", "off"},
    "busy": {"off", "busy"},
}
"""What can be told in the place of an answer, after what."""


def check_protocol(recording: Recording) -> list[Finding]:
    """Everything that isn't as it should be; empty if all is."""
    frames = heard(recording)
    return [*_unknown(recording, frames), *_gaps(recording, frames), *_waits(recording, frames)]


def _unknown(recording: Recording, frames: list[ReadFrame]) -> Iterator[Finding]:
    """Events, keys and values that the protocol doesn't have."""
    told = set()
    for each in frames:
        problem = _problem(each)
        if problem and (each.name, problem) not in told:
            told.add((each.name, problem))
            yield Finding(
                "leak",
                f"payload of {each.name}",
                f"{problem}, where a {recording.who} answers",
                where=each.step,
                do="send what docs/protocol.md says and nothing else",
            )


def _problem(each: ReadFrame) -> str:
    if each.kind == EVENT:
        schema = DOWN[NAMESPACE].get(each.event)
        if schema is None:
            return "the protocol has no such event"
    elif each.kind == RECEIPT:
        if each.answers not in UP[NAMESPACE]:
            return "a receipt of nothing that was sent"
        schema = Refused if each.ok is False else UP[NAMESPACE][each.answers][1]
    else:
        return "" if each.kind != "unknown" else "not a frame of the protocol"
    try:
        schema.model_validate(each.payload)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(str(step) for step in first['loc'])}: {in_plain_words(first)}"
    return ""


def _gaps(recording: Recording, frames: list[ReadFrame]) -> Iterator[Finding]:
    """Numbers are the participant's own: 1, 2, 3, in the order in which they first come."""
    reached = 0
    for each in frames:
        if each.answers == "restart" and each.ok:
            reached = 0
        for n in _numbers(each):
            if n > reached + 1:
                says = f"after {reached} comes {n}, where a {recording.who} answers"
                yield Finding("leak", "numbering", says, where=each.step, do="number the participant's own messages")
            reached = max(reached, n)


def _numbers(each: ReadFrame) -> list[int]:
    if not isinstance(each.payload, dict):
        return []
    if each.answers == "sync":
        return [message["n"] for message in each.payload.get("messages", [])]
    return [each.payload["n"]] if isinstance(each.payload.get("n"), int) else []


def _waits(recording: Recording, frames: list[ReadFrame]) -> Iterator[Finding]:
    """What stands in the place of an answer comes in the order of pacing. When it comes is for the timing to judge."""
    told: dict[str, str] = {}
    for each in frames:
        before = told.get(each.line, "")
        if each.event == "state" and not each.tells and before == "busy":
            told[each.line] = "off"
        if not each.tells:
            continue
        told[each.line] = each.tells
        if each.tells not in MAY_FOLLOW[before]:
            says = f"“{each.tells}” came after “{before}”, where a {recording.who} answers"
            yield Finding("leak", "the dots", says, where=each.step, do="let pacing alone say what stands there")
