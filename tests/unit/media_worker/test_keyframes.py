from services.media.worker.keyframes import KeyframeThrottle


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
    throttle.want(100.0)
    assert not throttle.due(200.0)
