"""Chat fine-tuning JSONL: one conversation a line, `messages` with roles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from wizard.session import Session
from wizard.study import Study

summary = "Chat fine-tuning: one conversation a line, messages with roles"
extension = "openai.jsonl"
mimetype = "application/jsonl"


def chunks(study: Study, sessions: Iterable[Session]) -> Iterator[tuple[str, int]]:
    """A line for each conversation that has an answer in it. What comes after the last answer is left out."""
    for session in sessions:
        messages = [{"role": said.role, "content": said.text} for said in session.messages]
        while messages and messages[-1]["role"] == "user":
            messages.pop()
        if any(message["role"] == "user" for message in messages):
            yield json.dumps({"messages": messages}, ensure_ascii=False) + "\n", 1
