"""What a model would be told of a study before the conversation, and of what stands beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from wizard.reply import FormField
from wizard.study import Study

KINDS = {"text": "string", "number": "number", "integer": "integer", "yes_no": "boolean", "choice": "string"}


def prompt(study: Study) -> str:
    """The system prompt: who answers, what it is about, and what a reply is."""
    lines = [f"You are {study.persona.name}. {study.title}."]
    match study.reply.kind:
        case "choice":
            lines.append(f"Answer with exactly one of: {', '.join(option.name for option in study.reply.options)}.")
        case "form":
            names = ", ".join(field.name for field in study.reply.fields)
            lines.append(f"Answer with a JSON object with what is known of: {names}.")
    return "\n".join(lines)


def in_words(shown: Mapping[str, Any]) -> str:
    """What stood beside the conversation, one a line."""
    return "\n".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in shown.items()
    )


def given(system: str, shown: Mapping[str, Any]) -> str:
    """The system prompt, and after it what stood beside the conversation."""
    beside = in_words(shown)
    return f"{system}\n\n{beside}" if beside else system


def schema(study: Study) -> dict[str, Any] | None:
    """JSON Schema of a reply that is a choice or a form; None of a text."""
    match study.reply.kind:
        case "choice":
            names = [option.name for option in study.reply.options]
            return _object({"choice": {"type": "string", "enum": names}}, ["choice"])
        case "form":
            fields = study.reply.fields
            return _object({each.name: _of(each) for each in fields}, [each.name for each in fields if each.required])
    return None


def arguments(study: Study, reply: str) -> str:
    """The reply as an object of that schema."""
    return json.dumps({"choice": reply}, ensure_ascii=False) if study.reply.kind == "choice" else reply


def tool(study: Study) -> dict[str, Any]:
    """The tool that a model would call to reply.

    Raises:
        ValueError: replies are texts; there is nothing to call.
    """
    parameters = schema(study)
    if parameters is None:
        raise ValueError(f"The replies of {study.study} are texts: there is no tool to call for them.")
    return {
        "type": "function",
        "function": {"name": "answer", "description": study.title, "parameters": parameters},
    }


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _of(field: FormField) -> dict[str, Any]:
    told: dict[str, Any] = {"type": KINDS.get(field.kind, "string")}
    if field.kind == "choice":
        told["enum"] = list(field.options)
    if field.kind in ("date", "time"):
        told["format"] = field.kind
    return told
