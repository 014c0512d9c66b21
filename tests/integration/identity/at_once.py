"""Many who want something at the same time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.contracts.errors import PlatformError


def all_at_once(works: Sequence[Callable[[], Any]]) -> Counter[str]:
    """How each ended: `ok`, or the name of its error."""

    def outcome(work: Callable[[], Any]) -> str:
        try:
            work()
        except PlatformError as error:
            return type(error).__name__
        return "ok"

    with ThreadPoolExecutor(len(works)) as pool:
        return Counter(pool.map(outcome, works))
