"""From wall-clock times of a zone to instants, over both nights on which the clocks change."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta, tzinfo


def instant(day: date, minute: int, zone: tzinfo) -> datetime:
    """The instant, in UTC, of `minute` minutes after midnight on the wall clock of `day`.

    Minutes from 1440 on belong to the following day's clock.  The mapping never
    runs backwards: a time that the spring night skips is the instant of the
    change, and one that the autumn night repeats is its first occurrence.
    """
    days, rest = divmod(minute, 24 * 60)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
    first = local.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    return _change(local.replace(tzinfo=zone, fold=1).astimezone(UTC), first, zone)


def local_day(at: datetime, zone: tzinfo) -> date:
    """The calendar day of an instant in `zone`."""
    return at.astimezone(zone).date()


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The instant between the two at which the zone's offset from UTC changes."""
    new_offset = after.astimezone(zone).utcoffset()
    seconds = range(int((after - before).total_seconds()))
    found = bisect_left(
        seconds,
        True,
        key=lambda second: (before + timedelta(seconds=second)).astimezone(zone).utcoffset() == new_offset,
    )
    return before + timedelta(seconds=found)
