"""A real Chromium: Debian's, or the one that `CURTAIN_CHROMIUM` names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.served import Server
from wizard.audit.browser import ARGUMENTS as OF_THE_AUDIT
from wizard.audit.browser import CHROMIUMS

ARGUMENTS = [*OF_THE_AUDIT, "--disable-component-update", "--disable-sync"]
PATIENCE_MS = 15_000
"""How long a page may take over what is expected of it. Most take a hundredth; a machine may be busy."""

expect.set_options(timeout=PATIENCE_MS)


def chromium() -> str:
    """Where the browser is."""
    named = os.environ.get("CURTAIN_CHROMIUM")
    path = next(filter(None, map(shutil.which, [named] if named else CHROMIUMS)), None)
    if path is None:
        pytest.fail("No Chromium was found. Install Debian's package chromium, or name one in CURTAIN_CHROMIUM.")
    return path


@pytest.fixture(scope="session", autouse=True)
def at_once_unless_asked() -> Iterator[None]:
    """A reply leaves as it is sent, where a test doesn't ask for the time to take it back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CURTAIN_UNDO_SECONDS", "0")
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": chromium(), "args": ARGUMENTS}


@pytest.fixture
def contexts(browser: Browser) -> Any:
    """Makes browser contexts, and closes them; what their pages report as errors is collected."""
    opened: list[BrowserContext] = []

    def make(**given: Any) -> Page:
        context = browser.new_context(**{"locale": "en-US", **given})
        opened.append(context)
        return new_page(context)

    yield make
    for context in opened:
        context.close()


def new_page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def sit(page: Page, server: Server, seat: str) -> None:
    """Sign this page's browser in, by the secret of a seat."""
    page.context.add_cookies([{"name": "seat", "value": seat, "url": server.url}])
