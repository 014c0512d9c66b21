"""A proof of work is good once, for ten minutes, for one page of one session, and cannot be made up."""

from __future__ import annotations

import base64
import json
from typing import Any

import altcha
import pytest
from redis import ConnectionError as RedisAway

from gateway.limits import challenge as subject
from gateway.limits.challenge import Challenges, Occasion
from tests.unit.gateway.fakes import FakeRedis

HERE = Occasion("booking.choose_time", "session-1")


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little to compute."""
    monkeypatch.setattr(subject, "TRIES", 8)
    monkeypatch.setattr(subject, "_ITERATIONS", 10)


@pytest.fixture
def challenges() -> Challenges:
    return Challenges(b"secret", FakeRedis())


def solve(made: dict[str, Any]) -> str:
    """As a browser does."""
    found = altcha.Challenge.from_dict(made)
    solution = altcha.solve_challenge(found)
    assert solution is not None
    return altcha.Payload(found, solution).to_base64()


def test_a_solution_is_taken_once(challenges: Challenges) -> None:
    solution = solve(challenges.make(HERE, 1))
    assert challenges.spend(solution, HERE, 1)
    assert not challenges.spend(solution, HERE, 1)


def test_another_spelling_of_a_solution_is_the_same_one(challenges: Challenges) -> None:
    solution = json.loads(base64.b64decode(solve(challenges.make(HERE, 1))))
    assert challenges.spend(_coded(solution), HERE, 1)
    solution["challenge"]["parameters"]["cost"] = float(solution["challenge"]["parameters"]["cost"])
    solution["solution"]["derivedKey"] = solution["solution"]["derivedKey"].upper()
    assert not challenges.spend(_coded(solution), HERE, 1)


@pytest.mark.parametrize(
    "other", [Occasion("booking.send_another", "session-1"), Occasion(HERE.purpose, "session-2")]
)
def test_a_solution_is_for_one_page_of_one_session(challenges: Challenges, other: Occasion) -> None:
    solution = solve(challenges.make(other, 1))
    assert not challenges.spend(solution, HERE, 1)
    assert challenges.spend(solution, other, 1)


def test_a_solution_is_too_late_after_ten_minutes(
    challenges: Challenges, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = challenges.make(HERE, 1)
    solution, expires_at = solve(made), made["parameters"]["expiresAt"]
    monkeypatch.setattr("altcha.v2.time.time", lambda: expires_at + 0.001)
    assert not challenges.spend(solution, HERE, 1)
    monkeypatch.setattr("altcha.v2.time.time", lambda: float(expires_at))
    assert challenges.spend(solution, HERE, 1)


def test_an_easier_one_is_not_taken_for_a_harder_one(challenges: Challenges) -> None:
    easy, hard = (solve(challenges.make(HERE, level)) for level in (1, 2))
    assert not challenges.spend(easy, HERE, 2)
    assert challenges.spend(hard, HERE, 2)


@pytest.mark.parametrize("level", [1, 2, 5])
def test_the_work_grows_with_the_level_and_never_ends_at_once(challenges: Challenges, level: int) -> None:
    counters = {_opened(solve(challenges.make(HERE, level)))["solution"]["counter"] for _ in range(30)}
    assert min(counters) >= 4 * level
    assert max(counters) < 8 * level


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("challenge", "parameters", "cost"), 1),
        (("challenge", "parameters", "keyPrefix"), ""),
        (("challenge", "parameters", "expiresAt"), 99999999999),
        (("challenge", "parameters", "expiresAt"), None),
        (("challenge", "parameters", "data"), {"level": 5}),
        (("challenge", "parameters", "data"), None),
        (("challenge", "parameters"), []),
        (("challenge", "signature"), "0" * 64),
        (("challenge", "signature"), None),
        (("solution", "derivedKey"), "00" * 32),
        (("solution", "derivedKey"), 7),
        (("solution",), None),
    ],
)
def test_what_was_changed_or_made_up_is_not_taken(
    challenges: Challenges, path: tuple[str, ...], value: Any
) -> None:
    forged = _opened(solve(challenges.make(HERE, 1)))
    *outer, last = path
    place = forged
    for name in outer:
        place = place[name]
    place[last] = value
    assert not challenges.spend(_coded(forged), HERE, 1)


@pytest.mark.parametrize("text", ["", "x", "e30=", "bnVsbA==", "W10=", "é", "A" * 5000, "W" * 4000])
def test_what_is_no_solution_at_all_is_not_taken(challenges: Challenges, text: str) -> None:
    assert not challenges.spend(text, HERE, 1)


def test_a_challenge_of_another_key_is_foreign(challenges: Challenges) -> None:
    assert not challenges.spend(solve(Challenges(b"other", FakeRedis()).make(HERE, 1)), HERE, 1)


def test_without_redis_no_solution_is_taken() -> None:
    class Away(FakeRedis):
        def set(self, *_: Any, **__: Any) -> bool:
            raise RedisAway

    challenges = Challenges(b"secret", Away())
    with pytest.raises(RedisAway):
        challenges.spend(solve(challenges.make(HERE, 1)), HERE, 1)


def _opened(solution: str) -> Any:
    return json.loads(base64.b64decode(solution))


def _coded(payload: Any) -> str:
    return base64.b64encode(json.dumps(payload).encode()).decode()
