"""Who of several people speaks, by how loud their browsers say that they are (RFC 6464): nothing is decoded.

Whoever is clearly the loudest for a moment becomes the speaker and stays it until another one is, so that a
cough or a "yes" does not change the picture; after a pause nobody is.
"""

from __future__ import annotations

from collections.abc import Mapping

SILENCE = 127
"""The level of digital silence; levels are decibels below the loudest there is, so less is louder."""
AUDIBLE = SILENCE - 50
"""Loudness above which somebody counts as speaking: 50 dB below the loudest."""
MARGIN = 6.0
"""Decibels by which another one has to be louder than the speaker."""
STEADY_SECONDS = 0.6
"""For so long."""
PAUSE_SECONDS = 2.0
"""After so long without anybody speaking nobody is the speaker."""
CHANGE_SECONDS = 1.0
"""Between two changes."""
_KEPT = 0.5
"""Of the loudness before, in what counts now: a word's end is not a silence."""


class Speaker:
    """The speaker of one room; all times are seconds of the same clock."""

    def __init__(self) -> None:
        self.current = ""
        """His id; empty while nobody speaks."""
        self._loudness: dict[str, float] = {}
        self._candidate = ""
        self._since = 0.0
        self._changed_at = -CHANGE_SECONDS

    def heard(self, loudness: Mapping[str, float], now: float) -> bool:
        """Whether it is somebody else now; call it a few times a second with how loud each was, 0 to 127."""
        before = self._loudness
        self._loudness = {
            who: _KEPT * before.get(who, 0.0) + (1 - _KEPT) * value for who, value in loudness.items()
        }
        candidate = self._loudest()
        if candidate != self._candidate:
            self._candidate, self._since = candidate, now
        if candidate == self.current or now - self._since < (STEADY_SECONDS if candidate else PAUSE_SECONDS):
            return False
        return self._change(candidate, now)

    def _loudest(self) -> str:
        """Who would be the speaker if it stayed like this."""
        speaking = {who: value for who, value in self._loudness.items() if value >= AUDIBLE}
        if not speaking:
            return ""
        loudest = max(speaking, key=lambda who: speaking[who])
        is_close = speaking[loudest] - speaking.get(self.current, 0.0) < MARGIN
        return self.current if is_close else loudest

    def _change(self, candidate: str, now: float) -> bool:
        if now - self._changed_at < CHANGE_SECONDS and self.current in self._loudness:
            return False
        self.current, self._changed_at = candidate, now
        return True
