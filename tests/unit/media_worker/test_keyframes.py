from services.media.worker.keyframes import REPEATS, KeyframeThrottle


def test_the_first_request_goes_out_at_once() -> None:
    assert KeyframeThrottle(0.5).want(100.0)


def test_a_request_within_the_interval_is_deferred_and_not_dropped() -> None:
    throttle = KeyframeThrottle(0.5)
    throttle.want(100.0)
    assert not throttle.want(100.1)
    assert not throttle.due(100.49)
    assert throttle.due(100.5)


def test_many_requests_within_the_interval_become_one() -> None:
    throttle = KeyframeThrottle(0.5)
    sent = [throttle.want(100.0 + n / 100) or throttle.due(100.0 + n / 100) for n in range(200)]
    assert sum(sent) == 4


def test_nothing_is_due_that_nobody_wanted() -> None:
    throttle = KeyframeThrottle(0.5)
    assert not throttle.due(200.0)
    throttle.want(300.0)
    throttle.came()
    assert not throttle.due(400.0)


def test_a_request_that_brings_no_keyframe_is_repeated_a_few_times() -> None:
    throttle = KeyframeThrottle()
    sent = [throttle.want(100.0)] + [throttle.due(100.0 + n / 20) for n in range(1, 400)]
    assert sum(sent) == 1 + REPEATS
    assert throttle.awaited


def test_a_keyframe_answers_everybody_who_asked_before_it() -> None:
    throttle = KeyframeThrottle(0.5)
    throttle.want(100.0), throttle.want(100.1)
    throttle.came()
    assert not any(throttle.due(100.0 + n) for n in range(1, 10))


def test_who_asks_after_a_keyframe_began_gets_the_next_one() -> None:
    throttle = KeyframeThrottle(0.5)
    throttle.want(100.0)
    throttle.came()
    assert not throttle.want(100.2)
    assert throttle.due(100.5)
