"""MongoDB as every service uses it: acknowledged by the majority, journaled, bounded in time.

A write whose acknowledgement is lost may still have landed, and drivers do not
repeat writes here: every write is idempotent, by an `_id` that the caller
brings or by the state that it expects.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import PyMongoError

Document = dict[str, Any]


def connect(uri: str, database: str, *, timeout_ms: int = 2000) -> Database[Document]:
    """The service's database; call it in `build`, never at import."""
    client: MongoClient[Document] = MongoClient(
        uri,
        w="majority",
        journal=True,
        timeoutMS=timeout_ms,
        serverSelectionTimeoutMS=timeout_ms,
        retryWrites=False,
        tz_aware=True,
        tzinfo=UTC,
    )
    return client[database]


def answers(database: Database[Document]) -> bool:
    """A readiness check: True when the store answers now."""
    try:
        database.client.admin.command("ping")
    except PyMongoError:
        return False
    return True


def uses_index(collection: Collection[Document], query: Mapping[str, Any]) -> bool:
    """True when `query` is answered from an index: for the test that every query has one."""
    plan = collection.find(query).explain()["queryPlanner"]["winningPlan"]
    return "COLLSCAN" not in _stages(plan)


def _stages(plan: Any) -> set[str]:
    if isinstance(plan, list):
        return set().union(*map(_stages, plan))
    if not isinstance(plan, dict):
        return set()
    here = {plan["stage"]} if "stage" in plan else set()
    return here.union(*map(_stages, plan.values()))
