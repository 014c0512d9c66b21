"""The request that does nothing: what the bus and the gateway cost by themselves."""

from __future__ import annotations

from services.contracts.wire import Request, rpc, value


@value
class Nothing:
    pass


@rpc("empty", reply=Nothing, repeatable=True, errors=())
class DoNothing(Request[Nothing]):
    """Answered without a look into any store."""
