"""Every page compiled once, for all servers that are forks of a process that has loaded this.

Each would do it anew, on a thread beside its loop: half a second of a processor, for hundreds of servers.
"""

from __future__ import annotations

from types import CodeType
from typing import Any

from jinja2 import Environment

from wizard.web.app import _flask

compiling: Any = Environment.compile
compiled: dict[tuple[str, str | None], CodeType] = {}


def compile_once(self: Environment, source: str, name: str | None = None, filename: str | None = None) -> CodeType:
    """What an environment makes of a page; all of them are set up alike here."""
    if (source, name) not in compiled:
        compiled[source, name] = compiling(self, source, name, filename)
    return compiled[source, name]


Environment.compile = compile_once
pages = _flask(secret="").jinja_env
for page in pages.list_templates():
    pages.get_template(page)
