"""Who is signed in at the staff's provider, since when."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from deploy.dev.sandbox.persons import Member
from services.chassis.ids import new_id

SECONDS = 8 * 3600.0
"""A working day; then everybody has to sign in again."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in; `sid` is told to relying parties, the cookie that it is kept under to nobody else."""

    member: Member
    sid: str = field(default_factory=new_id)
    auth_time: int = field(default_factory=lambda: int(time.time()))
