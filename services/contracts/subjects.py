"""What can be booked, as citizens see it: subjects, their topics, kinds of appointment."""

from __future__ import annotations

from dataclasses import field

from services.contracts.wire import Request, rpc, value

Names = dict[str, str]
"""What something is called, by language (booking's LANGUAGES); text, to be shown as it is."""


@value
class Kind:
    """A kind of appointment: where it is held and how long it lasts."""

    code: str
    channel: str
    """`video`, today the only one."""
    minutes: int
    languages: tuple[str, ...]
    """Those that at least one of its agents speaks."""
    demonstration: bool = False
    """True for the round-the-clock calendar that exists in development only."""
    names: Names = field(default_factory=dict)
    """Without its length; empty where the back office has not named it yet."""


@value
class Subject:
    """What the citizen wants to talk about; `by_video` is false where the rules forbid it."""

    code: str
    by_video: bool
    topics: tuple[str, ...]
    kinds: tuple[Kind, ...]
    names: Names = field(default_factory=dict)
    """Empty where the back office has not named it yet."""
    hints: Names = field(default_factory=dict)
    """A line that explains it; may be empty."""
    topic_names: dict[str, Names] = field(default_factory=dict)
    """By topic, those among them that only older appointments have."""


@value
class Subjects:
    subjects: tuple[Subject, ...]


@rpc("booking", reply=Subjects, repeatable=True, errors=())
class ListSubjects(Request[Subjects]):
    """Every subject in the order in which the pages show them."""
