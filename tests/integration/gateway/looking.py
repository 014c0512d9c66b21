"""What is looked for on each page of a walk: axe, the width, errors of scripts and of the content policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
SMALL_PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}


class Look:
    """`look("name")` after each page; `faults` are what was found, by name of the page."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        self._page = page
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self._said(said.text))

    def __call__(self, name: str) -> None:
        self.faults.extend(f"{name}: {fault}" for fault in _faults(self._page))
        if self._page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{name}: wider than the screen")

    def _said(self, text: str) -> None:
        if "Content Security" in text:
            self.faults.append(text)


def _faults(page: Page) -> list[str]:
    """What axe says against WCAG 2.2 A and AA, and best practice."""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("() => axe.run(document)")
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]]
