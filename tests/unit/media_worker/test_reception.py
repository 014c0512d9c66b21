from services.media.worker.reception import Reception


def received(*sequences: int) -> Reception:
    reception = Reception(ssrc=9, clock_rate=90_000)
    for number, sequence in enumerate(sequences):
        reception.received(sequence, timestamp=number * 3000, now=number / 30)
    return reception


def test_nothing_to_report_before_the_first_packet() -> None:
    assert received().report(0.0) is None


def test_an_unbroken_stream_has_no_loss_and_no_jitter() -> None:
    report = received(65_534, 65_535, 0, 1).report(1.0)
    assert (report.fraction_lost, report.packets_lost, report.jitter) == (0, 0, 0)
    assert report.highest_sequence == 65_536 + 1


def test_loss_is_told_for_the_interval_and_in_all() -> None:
    reception = received(1, 2, 4, 8)
    first, second = reception.report(1.0), reception.report(2.0)
    assert (first.fraction_lost, first.packets_lost) == (4 * 256 // 8, 4)
    assert (second.fraction_lost, second.packets_lost) == (0, 4)


def test_a_repaired_loss_is_none() -> None:
    reception = received(1, 3)
    reception.repaired()
    assert reception.report(1.0).packets_lost == 0


def test_duplicates_do_not_make_the_fraction_negative() -> None:
    report = received(1, 2, 2, 2).report(1.0)
    assert (report.fraction_lost, report.packets_lost) == (0, -2)


def test_jitter_follows_the_arrivals() -> None:
    reception = Reception(ssrc=9, clock_rate=90_000)
    reception.received(1, 0, 0.0)
    reception.received(2, 3000, 1 / 30 + 0.016)
    assert reception.report(1.0).jitter == 0.016 * 90_000 // 16


def test_the_last_sender_report_is_echoed_with_its_age() -> None:
    reception = received(1)
    reception.sender_report(0x0123_4567_89AB_CDEF, now=2.0)
    report = reception.report(2.5)
    assert (report.lsr, report.dlsr) == (0x4567_89AB, 32_768)


def test_the_highest_number_counts_its_turns() -> None:
    reception = Reception(42, 90_000)
    for number in (0xFFFE, 0xFFFF, 1, 0, 2):
        reception.received(number, 0, 0.0)
    report = reception.report(1.0)
    assert report is not None
    assert (report.highest_sequence, report.packets_lost) == (0x10002, 0)


def test_more_loss_is_told_where_more_is_known_of() -> None:
    reception = Reception(42, 48_000)
    for number in (1, 2, 4):
        reception.received(number, 0, 0.0)
    told = reception.report(1.0, at_least=10)
    assert told is not None
    assert told.fraction_lost == 64  # its own quarter is more
    reception.received(5, 0, 1.0)
    told = reception.report(2.0, at_least=10)
    assert told is not None
    assert (told.fraction_lost, told.packets_lost) == (10, 1)
