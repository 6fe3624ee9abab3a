"""Packages that others load wherever they are installed, kept away where nothing needs them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from typing import Any


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Meanwhile these packages are as if they weren't installed, unless they are loaded already."""
    refusal = _Refusal(names)
    sys.meta_path.insert(0, refusal)
    try:
        yield
    finally:
        sys.meta_path.remove(refusal)


class _Refusal(MetaPathFinder):
    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def find_spec(self, name: str, *where: Any) -> None:
        if name in self._names:
            raise ModuleNotFoundError(f"{name} isn't loaded here", name=name)
