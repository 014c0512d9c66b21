"""Taking one of what is limited: free, after a proof of work, or not now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import g, request, session
from prometheus_client import Counter

from gateway.access import ViewT
from gateway.backends import runtime
from gateway.limits import caller
from gateway.limits.challenge import HARDEST, Challenges, Occasion
from gateway.limits.table import STAFF_FACTOR, Limit
from services.contracts.errors import TooManyRequests

PROOF = "proof_of_work"
"""The form field in which a solution comes."""

DECISIONS = Counter(
    "gateway_limit_decisions_total",
    "Decided by limits: free, known, worked, asked (for a proof), failed (a wrong one), refused.",
    ("limit", "decision"),
)


@dataclass(eq=False)
class ChallengeNeeded(Exception):
    """The action waits for a proof of work; the page of it is shown, see `page.py`."""

    limit: Limit
    level: int
    seconds: int
    """Until it would be free."""
    failed: bool = False
    """A solution came with the request, and was none."""


def limited(limit: Limit) -> Callable[[ViewT], ViewT]:
    """A view that takes one each time it is called; below the decorator that says who may call it."""

    def decorate(view: ViewT) -> ViewT:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            take(limit)
            return view(*args, **kwargs)

        return counted  # type: ignore[return-value]

    return decorate


def take(limit: Limit, whom: str = "") -> None:
    """Count one for the person who is known and for the network; or for `whom` alone (an address, a client).

    Who has logged in is not counted with the network.  Raises ChallengeNeeded beyond what is free,
    TooManyRequests(seconds) beyond what can be worked for.
    """
    limit = _as_set(limit)
    person = None if whom else caller.known()
    if person is not None:
        _take_known(limit, person)
    if person is None or not person.logged_in:
        _take_from(limit, caller.hashed(whom or caller.network()), excused=person is not None)
    _count(limit, "known" if person else "worked" if "has_worked" in g else "free")


def require(limit: Limit) -> None:
    """That there is one left, taking none; a proof of work lets pass once.  Errors: those of `take`."""
    limit = _as_set(limit)
    subject = caller.hashed(caller.network())
    if _free(limit).wait(subject):
        _require_work(limit, subject)
        _worked(limit).take(subject)


def note(limit: Limit) -> None:
    """Count one that has happened, whatever comes of it."""
    limit = _as_set(limit)
    _free(limit).take(caller.hashed(caller.network()))


@dataclass(frozen=True)
class _Share:
    """One part of a limit, counted on its own."""

    name: str
    amount: int
    seconds: int

    def take(self, subject: str) -> bool:
        return runtime().windows.take(self.name, subject, self.amount, self.seconds)

    def used(self, subject: str) -> int:
        return runtime().windows.used(self.name, subject, self.amount, self.seconds)

    def wait(self, subject: str) -> int:
        return runtime().windows.wait(self.name, subject, self.amount, self.seconds)


def _free(limit: Limit) -> _Share:
    return _Share(limit.name, limit.free, limit.seconds)


def _worked(limit: Limit) -> _Share:
    return _Share(f"{limit.name}.worked", limit.worked, limit.seconds)


def _take_known(limit: Limit, person: caller.Known) -> None:
    amount = limit.known * (STAFF_FACTOR if person.is_staff else 1)
    share, subject = _Share(f"{limit.name}.known", amount, limit.seconds), caller.hashed(person.who)
    if not share.take(subject):
        raise _refused(limit, share.wait(subject))


def _take_from(limit: Limit, subject: str, *, excused: bool) -> None:
    """From what is free, then from what is worked for; a proved address excuses from the work."""
    if not _free(limit).take(subject):
        if not excused:
            _require_work(limit, subject)
        if not _worked(limit).take(subject):
            raise _refused(limit, _wait(limit, subject))


def _require_work(limit: Limit, subject: str) -> None:
    """One proof serves for everything that its request takes.  Errors: ChallengeNeeded, TooManyRequests."""
    share = _worked(limit)
    if share.wait(subject):
        raise _refused(limit, _wait(limit, subject))
    level = level_of(share.used(subject), limit)
    if not _has_worked(limit, level):
        failed = bool(request.form.get(PROOF))
        raise ChallengeNeeded(limit, level, _free(limit).wait(subject), failed)


def _wait(limit: Limit, subject: str) -> int:
    """Seconds until there is one to take, free or for work."""
    shares = [share for share in (_free(limit), _worked(limit)) if share.amount]
    return min((share.wait(subject) for share in shares), default=limit.seconds)


def level_of(used: int, limit: Limit) -> int:
    """The more was worked for already, the harder: one level more for each time the free share."""
    return min(HARDEST, 1 + used // max(1, limit.free))


def _has_worked(limit: Limit, level: int) -> bool:
    """Whether the request brings a solution; while it was found, others may have raised the level by one."""
    if "has_worked" in g:
        return True
    solution = request.form.get(PROOF, "")
    if solution and challenges().spend(solution, occasion(), level - 1):
        g.has_worked = True
        return True
    _count(limit, "failed" if solution else "asked")
    return False


def challenges() -> Challenges:
    """The challenges of this application."""
    return Challenges(runtime().settings.form_key.reveal().encode(), runtime().redis)


def occasion() -> Occasion:
    """This request's action in this session."""
    return Occasion(request.endpoint or "", session.sid)  # type: ignore[attr-defined]


def _as_set(limit: Limit) -> Limit:
    return runtime().settings.limits[limit.name]


def _refused(limit: Limit, seconds: int) -> TooManyRequests:
    _count(limit, "refused")
    return TooManyRequests(str(max(1, seconds)))


def _count(limit: Limit, decision: str) -> None:
    DECISIONS.labels(limit.name, decision).inc()
