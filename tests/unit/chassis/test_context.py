"""The context: crosses threads' boundaries only on purpose, and the bus in headers."""

import threading
import time

import pytest

from services.chassis import context


def test_outside_of_any_work_there_is_an_empty_context() -> None:
    assert context.current().correlation_id == "-"
    assert context.current().remaining() is None


def test_a_context_ends_with_its_block() -> None:
    with context.use(context.begin(language="de")):
        assert context.current().language == "de"
    assert context.current().language is None


def test_it_survives_the_headers() -> None:
    with context.use(context.begin(language="fr")) as here:
        there = context.from_headers(context.to_headers())
    assert (there.correlation_id, there.language) == (here.correlation_id, "fr")


@pytest.mark.parametrize("origin", ["page", "console", "link:0123456789abcdef"])
def test_whence_the_work_came_survives_the_headers(origin: str) -> None:
    with context.use(context.begin(origin=origin)):
        assert context.from_headers(context.to_headers()).origin == origin


@pytest.mark.parametrize(
    "odd", ["192.0.2.1", "link:192.0.2.1", "link:", "letter", "page:" + "0" * 60, 7, None]
)
def test_a_malformed_origin_is_dropped(odd: object) -> None:
    assert context.from_headers({"nameko.origin": odd}).origin == ""


def test_the_time_left_is_sent_not_the_instant() -> None:
    headers = context.to_headers(timeout=2.5)
    assert headers["nameko.timeout_ms"] == 2500
    remaining = context.from_headers(headers).remaining()
    assert remaining is not None
    assert 2.0 < remaining <= 2.5


def test_a_deadline_that_is_past_leaves_nothing() -> None:
    late = context.Context("c", None, time.monotonic() - 1)
    assert late.remaining() == 0


@pytest.mark.parametrize("odd", ["", "short", "x" * 65, "with blank here", "a@example.org", None])
def test_a_malformed_correlation_id_is_replaced(odd: str | None) -> None:
    assert context.begin(correlation_id=odd).correlation_id != odd


@pytest.mark.parametrize("odd", ["deu", "d1", "DE", ""])
def test_a_malformed_language_is_dropped(odd: str) -> None:
    assert context.begin(language=odd).language is None


@pytest.mark.parametrize("headers", [None, {}, {"nameko.correlation_id": 7, "nameko.timeout_ms": "soon"}])
def test_headers_of_strangers_do_no_harm(headers: dict[str, object] | None) -> None:
    assert context.from_headers(headers).deadline is None


def test_another_thread_has_a_context_of_its_own() -> None:
    seen = []
    with context.use(context.begin(language="de")):
        thread = threading.Thread(target=lambda: seen.append(context.current().language))
        thread.start()
        thread.join()
    assert seen == [None]
