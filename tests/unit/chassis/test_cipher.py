"""The vault's cipher: whatever is changed, moved, cut or swapped is noticed; memory stays constant."""

import itertools
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.vault.cipher import (
    CHUNK,
    Tampered,
    clipped,
    new_key,
    open_stream,
    padded,
    seal,
    seal_stream,
    sealed_size,
    unseal,
    unwrap,
    wrap,
)

KEY = bytes(range(32))
TAG, HEADER = 16, 8
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17]


def sealed(clear: bytes, context: str = "document-1", key: bytes = KEY) -> bytes:
    return b"".join(seal_stream(key, [clear], context))


def opened(pieces: bytes | Iterable[bytes], context: str = "document-1", key: bytes = KEY) -> bytes:
    source = [pieces] if isinstance(pieces, bytes) else pieces
    return b"".join(open_stream(key, source, context))


def text(size: int) -> bytes:
    return bytes(itertools.islice(itertools.cycle(range(251)), size))


def chunks_of(stream: bytes) -> tuple[bytes, list[bytes]]:
    step = CHUNK + TAG
    body = stream[HEADER:]
    return stream[:HEADER], [body[i : i + step] for i in range(0, len(body), step)]


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_can_be_opened(size: int) -> None:
    assert opened(sealed(text(size))) == text(size)


@pytest.mark.parametrize("size", SIZES)
def test_the_sealed_size_is_known_beforehand(size: int) -> None:
    assert len(sealed(text(size))) == sealed_size(size)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 90_000), max_size=6), st.integers(1, 70_000))
def test_the_sizes_of_pieces_make_no_difference(pieces: list[int], step: int) -> None:
    clear = [text(size) for size in pieces]
    stream = b"".join(seal_stream(KEY, clear, "c"))
    cut = [stream[i : i + step] for i in range(0, len(stream), step)]
    assert opened(cut, "c") == b"".join(clear)


def test_two_streams_of_the_same_text_have_nothing_in_common() -> None:
    first, second = sealed(text(100)), sealed(text(100))
    assert first[HEADER:] != second[HEADER:]


@pytest.mark.parametrize("position", [0, 3, HEADER, HEADER + CHUNK, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    stream = bytearray(sealed(text(2 * CHUNK)))
    stream[position] ^= 1
    with pytest.raises(Tampered):
        opened(bytes(stream))


@pytest.mark.parametrize("size", [1, CHUNK, 2 * CHUNK, 2 * CHUNK + 5])
def test_a_missing_end_is_noticed_wherever_it_is_cut(size: int) -> None:
    stream = sealed(text(size))
    for end in (0, 1, HEADER - 1, HEADER, HEADER + 1, len(stream) - TAG, len(stream) - 1):
        with pytest.raises(Tampered):
            opened(stream[:end])


def test_a_missing_last_chunk_is_noticed() -> None:
    header, chunks = chunks_of(sealed(text(3 * CHUNK)))
    with pytest.raises(Tampered):
        opened(header + b"".join(chunks[:-1]))


def test_swapped_chunks_are_noticed() -> None:
    header, chunks = chunks_of(sealed(text(3 * CHUNK)))
    with pytest.raises(Tampered):
        opened(header + chunks[1] + chunks[0] + chunks[2])


def test_a_repeated_chunk_is_noticed() -> None:
    header, chunks = chunks_of(sealed(text(2 * CHUNK)))
    with pytest.raises(Tampered):
        opened(header + chunks[0] + chunks[0] + chunks[1])


def test_appended_bytes_are_noticed() -> None:
    with pytest.raises(Tampered):
        opened(sealed(text(10)) + b"more")


def test_a_document_cannot_pass_for_another() -> None:
    with pytest.raises(Tampered):
        opened(sealed(text(10), "document-1"), "document-2")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Tampered):
        opened(sealed(text(10)), key=new_key())


def test_a_stream_is_sealed_while_it_comes_in() -> None:
    taken = 0

    def source() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield bytes(CHUNK)

    stream = seal_stream(KEY, source(), "c")
    next(stream)
    next(stream)
    assert taken <= 3


def test_padding_hides_the_length_and_clipping_restores_it() -> None:
    clear = text(CHUNK + 5)
    stream = b"".join(seal_stream(KEY, padded([clear], 2 * CHUNK + 9), "c"))
    assert len(stream) == sealed_size(2 * CHUNK + 9)
    assert b"".join(clipped(open_stream(KEY, [stream], "c"), len(clear))) == clear


def test_more_than_was_announced_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        list(padded([text(5), text(6)], 10))


def test_clipping_notices_a_stream_that_is_too_short() -> None:
    with pytest.raises(Tampered):
        list(clipped([text(5)], 6))


def test_clipping_verifies_what_it_does_not_give_out() -> None:
    stream = bytearray(sealed(text(3 * CHUNK)))
    stream[-1] ^= 1
    with pytest.raises(Tampered):
        list(clipped(open_stream(KEY, [bytes(stream)], "document-1"), 5))


@given(st.text(max_size=200))
def test_a_sealed_text_can_be_unsealed(name: str) -> None:
    assert unseal(KEY, seal(KEY, name, "file name"), "file name") == name


def test_a_sealed_text_belongs_to_its_context() -> None:
    with pytest.raises(Tampered):
        unseal(KEY, seal(KEY, "passport.pdf", "document-1"), "document-2")


@pytest.mark.parametrize("garbage", ["", "a", "not base64 ☃", "AAAA", "A" * 64])
def test_garbage_is_not_unsealed(garbage: str) -> None:
    with pytest.raises(Tampered):
        unseal(KEY, garbage, "c")


def test_a_wrapped_key_can_be_unwrapped_by_the_same_key_only() -> None:
    secret = new_key()
    wrapped = wrap(KEY, secret, "document-1")
    assert unwrap(KEY, wrapped, "document-1") == secret
    with pytest.raises(Tampered):
        unwrap(new_key(), wrapped, "document-1")
