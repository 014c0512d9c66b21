"""Who is signed in at the staff's provider, in which browser, since when."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from deploy.dev.sandbox.persons import Member
from services.chassis.ids import new_id


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in; `sid` is told to relying parties, the key of the cookie to nobody else."""

    member: Member
    sid: str = field(default_factory=new_id)
    auth_time: int = field(default_factory=lambda: int(time.time()))


class Sessions:
    """In memory: they end with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_cookie: dict[str, Session] = {}

    def begin(self, member: Member) -> tuple[str, Session]:
        """A new session and its cookie."""
        cookie, session = new_id(), Session(member)
        with self._lock:
            self._by_cookie[cookie] = session
        return cookie, session

    def of(self, cookie: str) -> Session | None:
        return self._by_cookie.get(cookie)

    def end(self, cookie: str) -> Session | None:
        """The session that this ended, if there was one."""
        with self._lock:
            return self._by_cookie.pop(cookie, None)
