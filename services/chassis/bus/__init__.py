"""The service's side of the bus: nameko with its defects cured.

@handles(HoldSlot)            a request; typed errors reach the caller
@on(AppointmentBooked)        an event; retried with growing delays, then `dead`
@every(5.0)                   a timer, in every replica
app = application(build)      the use cases, built once from `Platform`
"""

from services.chassis.bus.application import Platform, application
from services.chassis.bus.events import Delivery, on
from services.chassis.bus.rpc import handles
from services.chassis.bus.timer import every

__all__ = ["Delivery", "Platform", "application", "every", "handles", "on"]
