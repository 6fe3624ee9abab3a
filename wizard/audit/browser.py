"""The browser that participants are played in: a Chromium that is there, or a sentence that says what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first is what Debian calls Chromium without a window: as nobody looks on, the least work."""
OF_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
)  # fmt: skip
"""What Playwright turns off. Chromium heeds only the last list that it is given, so these are named again."""
OF_THE_ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
"""Pages of the browser's own, which nobody sees and each window loads: half of the work of opening ours."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    f"--disable-features={','.join((*OF_PLAYWRIGHT, *OF_THE_ADDRESS_BAR))}",
]


class NoBrowser(RuntimeError):
    """There is no Chromium; the message says what to do."""


def chromium() -> str:
    """Where the browser is.

    Raises:
        NoBrowser: there is none.
    """
    named = os.environ.get("CURTAIN_CHROMIUM")
    path = shutil.which(named) if named else next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        raise NoBrowser(
            f"CURTAIN_CHROMIUM names {named}, and there is no such program."
            if named
            else "The audit needs Chromium or Chrome, and none is on the path. Install one, or name one that is "
            "there: CURTAIN_CHROMIUM=/path/to/chromium"
        )
    return path


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A Chromium, for as long as it is needed."""
    path = chromium()
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield opened
        finally:
            await opened.close()
