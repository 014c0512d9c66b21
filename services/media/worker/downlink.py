"""How much video one browser can take: its own estimate, believed only where it says that there is too much.

A browser estimates what comes through from when packets left here and arrived there, and tells it (REMB,
draft-alvestrand-rmcat-remb-03).  As a target the figure is of no use: it starts low and climbs with what it
is given.  So nothing is held back until it falls below what is being sent; then the publishers are asked for
less, and for a little more again as long as that goes well.  Sound is never held back: where even a small
picture is too much, pictures pause, and are tried again by themselves.  Before that the line is tried with
packets that carry nothing, a few more each second: a keyframe that does not fit would cost a second of sound.
"""

from __future__ import annotations

from collections import deque

CONGESTED = 0.97
"""An estimate below this part of what is sent means that it does not all come through."""
MARGIN = 0.95
"""Of the estimate, so that what has queued up on the way drains."""
SUDDEN = 0.7
"""An estimate below this part of what is sent counts at once, others when the next one agrees."""
HEAVY_LOSS = 0.10
"""Lost for good twice in a row: a line that drops instead of queueing.  Less is repaired."""
LOSS_SECONDS = 2.0
"""Of reports are judged together: each is of a few packets, of which one lost is a fifth."""
REACTION_SECONDS = 1.0
"""After a cut complaints are about what was sent before it."""
HOLD_SECONDS = 3.0
"""After a cut nothing grows: the queue on the way has to drain first."""
GROWTH = 1.08
"""A second, while all goes well."""
UNLIMITED = 4_000_000
"""Bits a second beyond which no limit is worth keeping."""
FLOOR = 80_000
"""Bits a second of all pictures together below which sound alone is better."""
TRIAL = 100_000
"""Bits a second with which pictures are tried again."""
PROBE_FIRST, PROBE_GROWTH, PROBE_LAST = 15_000, 1.25, 120_000
"""Bits a second of packets that carry nothing: at first, their growth a second, and what is enough."""
FELL = 0.98
"""An estimate below this part of the one before says that more has become too much."""
SOUND_LOST = 0.02
"""Of the sound, above what is lost anyway, while nothing else but such packets is sent: they are too many."""
RESENT = 0.3
"""Part of what a limited line takes that may be packets sent again: they must not cause what they mend."""
RESENT_BURST = 24
"""Packets sent again at once where few were of late."""
FREELY_RESENT = 1_000
"""Packets sent again a second, and at once, on a line without a limit: all that a room of six sends to one.

Each asking costs its sender a few bytes and the node a thousand times that.
"""
_PACKET = 8 * 1_100
"""Bits of a packet of video."""
GIVE_UP_SECONDS = 2.0
PAUSES = (3.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds until the line is tried again, longer each time that it was too narrow again."""
STEADY_SECONDS = 30.0
"""With pictures that long, the next pause is a short one again."""
WINDOW_SECONDS = 1.0


class Downlink:
    """What goes to one browser; all figures are bits a second of video."""

    def __init__(self) -> None:
        self.allowance: float | None = None
        """For all pictures together; None while nothing says that there is a limit."""
        self.sound_only = False
        self._samples: deque[tuple[float, int]] = deque()
        self._strikes = self._heavy_losses = 0
        self._losses: list[float] = []
        self._losses_since = 0.0
        self._cut_at = -REACTION_SECONDS
        self._grows_from = 0.0
        self._grown_at = 0.0
        self._starved_since: float | None = None
        self._pauses = 0
        self._probed_since: float | None = None
        self._estimate = 0.0
        self._sound_losses: deque[float] = deque(maxlen=3)
        self._resends, self._resends_at = float(RESENT_BURST), 0.0
        self._pause_until = 0.0
        self._pictures_since = 0.0
        self._now = 0.0

    def tick(self, octets: int, now: float) -> None:
        """Call it a few times a second; `octets` are all bytes of video sent so far."""
        self._now = now
        self._samples.append((now, octets))
        while now - self._samples[0][0] > WINDOW_SECONDS:
            self._samples.popleft()
        if self.sound_only:
            self._try_again(now)
        else:
            self._grow(now)
            self._give_up(now)

    @property
    def rate(self) -> float:
        """What was sent in the last second."""
        if not self._samples:
            return 0.0
        (begin, first), (end, last) = self._samples[0], self._samples[-1]
        return 8 * (last - first) / (end - begin) if end > begin else 0.0

    @property
    def padding(self) -> float:
        """Bits a second of packets that carry nothing, to be sent now."""
        if self._probed_since is None:
            return 0.0
        grown: float = PROBE_GROWTH ** (self._now - self._probed_since)
        return PROBE_FIRST * grown

    def resends(self, wanted: int, now: float) -> int:
        """How many of so many packets may be sent again now."""
        rate, most = float(FREELY_RESENT), FREELY_RESENT
        if self.allowance is not None:
            rate, most = RESENT * self.allowance / _PACKET, RESENT_BURST
        filled = self._resends + rate * (now - self._resends_at)
        self._resends, self._resends_at = min(most, filled), now
        granted = min(wanted, int(self._resends))
        self._resends -= granted
        return granted

    def estimated(self, bitrate: float, now: float) -> None:
        """The browser tells what it believes to come through."""
        before, self._estimate = self._estimate, bitrate
        if self._probed_since is not None:
            # Where it starts says nothing: it stands where it stood when pictures paused.
            if bitrate < min(CONGESTED * self.rate, FELL * before):
                self._pause(now)
            return
        if not self._heeds(now):
            return
        rate = self.rate
        if bitrate >= CONGESTED * rate or bitrate > before:  # one that climbs complains of nothing
            self._strikes = 0
            return
        self._strikes += 1
        if self._strikes > 1 or bitrate < SUDDEN * rate:
            self._cut(MARGIN * bitrate, now)

    def lost(self, fraction: float, now: float) -> None:
        """The browser tells which part of a stream did not arrive since its last report."""
        if not self._heeds(now):
            return
        if not self._losses:
            self._losses_since = now
        self._losses.append(fraction)
        if now - self._losses_since >= LOSS_SECONDS:
            self._lost_of_late(sum(self._losses) / len(self._losses), now)
            self._losses = []

    def _lost_of_late(self, fraction: float, now: float) -> None:
        self._heavy_losses = self._heavy_losses + 1 if fraction > HEAVY_LOSS else 0
        if self._heavy_losses > 1:
            self._heavy_losses = 0
            self._cut((1 - fraction / 2) * self.rate, now)

    def sound_lost(self, fraction: float, now: float) -> None:
        """The same of the sound, which is lost where a line is full of something else.

        What is lost while the line is not tried is no sign of that: some lines lose a little of everything,
        and some of it was lost on its way to here.
        """
        if self._probed_since is None:
            self._sound_losses.append(fraction)
        elif fraction > self._sound_lost_anyway() + SOUND_LOST:
            self._pause(now)

    def _sound_lost_anyway(self) -> float:
        """Twice the least, since reports are of a few packets, and one may be of the time before a pause."""
        return min(2 * min(self._sound_losses, default=0.0), HEAVY_LOSS)

    def _heeds(self, now: float) -> bool:
        return bool(self._samples) and not self.sound_only and now - self._cut_at >= REACTION_SECONDS

    def _cut(self, bitrate: float, now: float) -> None:
        if self.allowance is None or bitrate < self.allowance:
            self.allowance = bitrate
        self._cut_at, self._strikes = now, 0
        self._losses = []
        self._grows_from = self._grown_at = now + HOLD_SECONDS

    def _grow(self, now: float) -> None:
        if self.allowance is None or now < self._grows_from:
            return
        self.allowance *= GROWTH ** (now - self._grown_at)
        self._grown_at = now
        if self.allowance > UNLIMITED:
            self.allowance = None

    def _give_up(self, now: float) -> None:
        if self.allowance is None or self.allowance >= FLOOR:
            self._starved_since = None
            return
        if self._starved_since is None:
            self._starved_since = now
        if now - self._starved_since >= GIVE_UP_SECONDS:
            self._pause(now)

    def _pause(self, now: float) -> None:
        if not self.sound_only and now - self._pictures_since > STEADY_SECONDS:
            self._pauses = 0
        self.sound_only, self._starved_since, self._probed_since = True, None, None
        self._pause_until = now + PAUSES[min(self._pauses, len(PAUSES) - 1)]
        self._pauses += 1

    def _try_again(self, now: float) -> None:
        if now < self._pause_until:
            return
        if self._probed_since is None:
            self._probed_since = now
        elif self.padding >= PROBE_LAST:
            self._resume(now)

    def _resume(self, now: float) -> None:
        self.sound_only, self._pictures_since, self._probed_since = False, now, None
        self._strikes = self._heavy_losses = 0
        self._losses = []
        self.allowance = TRIAL
        self._grows_from = self._grown_at = now + HOLD_SECONDS
        self._samples.clear()
