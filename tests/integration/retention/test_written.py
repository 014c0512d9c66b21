"""What services write has the field by which its rule finds it: else it would stay, and never be late."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.booking.adapters.attendances import MongoAttendances
from services.booking.adapters.mongo import MongoClaims
from services.booking.adapters.owners import MongoJoins
from services.booking.adapters.wishes import MongoWishes
from services.booking.domain.attendance import Attendance
from services.booking.domain.claim import lapsed
from services.booking.domain.life import Transition
from services.contracts.credentials import PersonsJoined
from services.identity.adapters.mongo import MongoLogins, MongoProofs, MongoSpent, MongoStaff
from services.identity.adapters.mongo_machines import MongoTokens
from services.identity.adapters.mongo_persons import MongoPersons
from services.identity.domain.login import PendingLogin
from services.identity.domain.proof import Proof
from services.identity.domain.token import Token
from services.notify.adapters.allowances import MongoAllowances
from services.notify.adapters.mongo import MongoDeliveries
from services.notify.adapters.schedules import MongoSchedules
from services.notify.domain.delivery import CONFIRMATION, Message
from services.notify.domain.reminders import Schedule
from services.spaces.adapters.shelves import MongoEndings
from tests.architecture.test_retention import RULES
from tests.integration.retention.conftest import UNUSED, Store
from tests.unit.booking.attendances_suite import fact
from tests.unit.booking.builders import claim
from tests.unit.identity.fakes import AGENT

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
LONG_AFTER = NOW + timedelta(days=4000)


class Unheard:
    """An outbox that nobody hurries."""

    def nudge(self, document_id: object) -> None: ...


UNHEARD: object = Unheard()


def lapse(store: Store) -> None:
    claims, hold = MongoClaims(store, UNHEARD), claim()  # type: ignore[arg-type]
    assert claims.insert(hold)
    assert claims.lapse(lapsed(hold, "citizen", NOW))
    assert claims.clear_lapsed() == 1


def joined(store: Store) -> None:
    joins = MongoJoins(store)
    join = joins.note("former", "person", NOW)
    joins.settle(join)
    joins.close(join, NOW)


def closed(store: Store) -> None:
    told = PersonsJoined(event_id="e", occurred_at=NOW, person_id="person", former_id="former")
    MongoPersons(store, None).close("former", told)


WRITTEN: dict[tuple[str, str], Callable[[Store], object]] = {
    ("booking", "attendances"): lambda store: MongoAttendances(store, UNHEARD).add(  # type: ignore[arg-type]
        "a", Attendance(), fact("e", Transition.ARRIVED, NOW)
    ),
    ("booking", "audit"): lapse,
    ("booking", "passed"): lambda store: MongoWishes(store, UNUSED).note_passed("time", "a", NOW),
    ("booking", "joins"): joined,
    ("identity", "persons: joined"): closed,
    ("identity", "staff"): lambda store: MongoStaff(store).put(AGENT, NOW),
    ("identity", "proofs"): lambda store: MongoProofs(store).add(Proof("digest", "p", "c", NOW)),
    ("identity", "logins"): lambda store: MongoLogins(store).add(PendingLogin("l", "sandbox", "staff", NOW)),
    ("identity", "spent"): lambda store: MongoSpent(store).first("answer", NOW),
    ("identity", "tokens"): lambda store: MongoTokens(store).add(Token("d", "c", "k", (), NOW)),
    ("notify", "deliveries"): lambda store: MongoDeliveries(store, timedelta(0)).queue(
        Message(CONFIRMATION, "a", 1), NOW, NOW
    ),
    ("notify", "schedules"): lambda store: MongoSchedules(store).put(Schedule("a", 1, NOW, None), NOW),
    ("notify", "allowances"): lambda store: MongoAllowances(store).take("of", "key", 1, NOW),
    ("spaces", "ended_shelves"): lambda store: MongoEndings(store).note("spaces/a/", NOW),
}
ELSEWHERE = {
    ("booking", "catalogue_changes"),  # by the catalogue, see `adapters/catalogue.py`
    ("booking", "absences"),
    ("identity", "persons: erased"),  # by `test_a_year`
}


def test_each_rule_that_removes_is_fed() -> None:
    rules = {(service, rule.name) for service, rules in RULES.items() for rule in rules if rule.removes}
    assert rules == WRITTEN.keys() | ELSEWHERE


@pytest.mark.parametrize(("service", "name"), WRITTEN, ids=str)
def test_what_is_written_is_found_when_it_is_due(store: Store, service: str, name: str) -> None:
    WRITTEN[service, name](store)
    (rule,) = [rule for rule in RULES[service] if rule.name == name]
    documents = store[rule.collection]
    assert documents.count_documents({}) == 1
    assert documents.count_documents(rule.due(LONG_AFTER)) == 1
