"""Who may do what on the bus: the least that each process needs, as plain data.

An exchange or queue belongs to the service whose name it carries. `configure` is the right to declare,
`write` to publish, `read` to consume and bind. On the shared RPC exchange the routing key decides too (topic
permissions): a service answers only for itself and calls only those named here. Events that it cannot handle
it gives away for good: the queue of all services' dead events is read by the operator alone.
"""

from dataclasses import dataclass

RPC = "nameko-rpc"
OWNERS = ("booking", "identity", "spaces", "notify", "media", "sfu")
DEAD, DEAD_QUEUE = "dead", "dead-events"
EXCHANGES = (RPC, *(f"{owner}.events" for owner in OWNERS))
REPLY_KEY = "[0-9a-f]{8}-[0-9a-f-]{27}"


@dataclass(frozen=True)
class Right:
    """One user of the broker: the name under which it serves, whom it calls, whose events it hears.

    `serves` and `calls` are regular expressions of service names: a worker's name carries its node.
    """

    user: str
    serves: str | None = None
    calls: tuple[str, ...] = ()
    hears: tuple[str, ...] = ()
    publishes: str | None = None

    def permission(self) -> dict[str, str]:
        """Return the rights on exchanges and queues."""
        own_queues = rf"rpc\.reply-.*|{self._served_queues()}"
        own_events = rf"|{self.publishes}\.events" if self.publishes else ""
        heard = "".join(rf"|{source}\.events" for source in self.hears)
        gives_up, from_dead = (rf"|{DEAD}|{DEAD_QUEUE}", rf"|{DEAD}") if self.hears else ("", "")
        return {
            "user": self.user,
            "configure": rf"^({RPC}{own_events}{heard}{gives_up}|{own_queues})$",
            "write": rf"^({RPC}{own_events}{gives_up}|{own_queues})$",
            "read": rf"^({RPC}{heard}{from_dead}|{own_queues})$",
        }

    def topic_permissions(self) -> list[dict[str, str]]:
        """Return the routing keys on the RPC exchange: answers, calls to others, requests to itself."""
        called = "".join(rf"|{name}\..*" for name in self.calls)
        served = rf"|{self.serves}\.\*" if self.serves else ""
        write, read = rf"^({REPLY_KEY}{called})$", rf"^({REPLY_KEY}{served})$"
        return [{"user": self.user, "exchange": RPC, "write": write, "read": read}]

    def _served_queues(self) -> str:
        name = self.serves or "-"
        return rf"rpc-{name}|evt-.*--{name}\..*|retry-{name}(-\d+)?"


def rights() -> tuple[Right, ...]:
    """Return the users of the broker, the operator aside."""
    return (
        Right("booking", "booking", hears=("booking", "media", "identity"), publishes="booking"),
        Right("identity", "identity", calls=("notify", "spaces"), publishes="identity"),
        Right("spaces", "spaces", hears=("booking", "identity"), publishes="spaces"),
        Right(
            "notify",
            "notify",
            calls=("booking", "identity", "spaces"),
            hears=("booking", "identity", "spaces", "media"),
            publishes="notify",
        ),
        Right("media-control", "media", calls=("sfu-.*",), hears=("booking", "sfu"), publishes="media"),
        Right("media-worker", "sfu-.*", publishes="sfu"),
        Right("gateway-pages", calls=("booking", "identity", "spaces", "notify", "media")),
        Right("gateway-events", calls=("media", "spaces")),
        Right("gateway-files", calls=("booking", "identity", "spaces", "notify", "media")),
    )
