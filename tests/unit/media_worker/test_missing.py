from services.media.worker.missing import MAX_GAP, RETRY, TRIES, MissingPackets


def arrived(*sequences: int) -> MissingPackets:
    missing = MissingPackets()
    for sequence in sequences:
        assert missing.arrived(sequence, now=0.0)
    return missing


def test_nothing_is_missing_in_an_unbroken_row() -> None:
    assert arrived(65_534, 65_535, 0, 1).due(1.0) == []


def test_a_gap_is_asked_for_at_once_and_over_the_turn() -> None:
    assert arrived(65_534, 1).due(0.0) == [65_535, 0]


def test_it_is_asked_again_only_after_a_round_trip() -> None:
    missing = arrived(1, 3)
    assert missing.due(0.0) == [2]
    assert missing.due(RETRY / 2) == []
    assert missing.due(RETRY) == [2]


def test_what_arrived_late_is_not_asked_for() -> None:
    assert arrived(1, 3, 2).due(0.0) == []


def test_it_is_given_up_after_so_many_tries() -> None:
    missing = arrived(1, 3)
    asked = [missing.due(attempt * RETRY) for attempt in range(TRIES + 3)]
    assert sum(map(len, asked)) == TRIES
    assert not missing


def test_a_break_is_no_loss() -> None:
    missing = arrived(1)
    assert not missing.arrived(1 + MAX_GAP + 1, now=0.0)
    assert missing.due(0.0) == []
