"""A form post with a file is read piece by piece, and its length is known before its first byte."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.blueprints.files.multipart import CHUNK_BYTES, FileUpload, MultipartError

from .bodies import BOUNDARY, CONTENT_TYPE, TAIL, Trickle, body, head, large


def upload(data: bytes, step: int = CHUNK_BYTES) -> FileUpload:
    return FileUpload(Trickle(data, step), CONTENT_TYPE, len(data))  # type: ignore[arg-type]


@given(content=st.binary(max_size=600), step=st.integers(1, 300))
def test_any_content_in_any_pieces_comes_out_as_it_went_in(content: bytes, step: int) -> None:
    received = upload(body(content, fields={"csrf_token": "t"}), step)
    assert received.size == len(content)
    assert b"".join(received.chunks()) == content


@pytest.mark.parametrize("content", [b"\r\n", f"\r\n--{BOUNDARY[:-1]}x".encode(), b"\r\n--", b""])
@pytest.mark.parametrize("step", [1, 7, CHUNK_BYTES])
def test_content_that_looks_like_a_delimiter_is_content(content: bytes, step: int) -> None:
    received = upload(body(content), step)
    assert (received.size, b"".join(received.chunks())) == (len(content), content)


def test_fields_before_the_file_are_known_before_the_file_is_read() -> None:
    received = upload(body(b"x" * 200_000, fields={"csrf_token": "abc", "back": "/appointment"}), 50)
    assert received.fields == {"csrf_token": "abc", "back": "/appointment"}


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("letter.pdf", "letter.pdf"),
        ("C:\\Users\\me\\letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("Rechnung für März.pdf", "Rechnung für März.pdf"),
        ("a %22b%22.pdf", 'a "b".pdf'),
        ("100%.pdf", "100%.pdf"),
        ("", ""),
    ],
)
def test_the_file_name_is_the_last_part_of_what_the_browser_says(sent: str, seen: str) -> None:
    assert upload(body(b"x", filename=sent)).filename == seen


def test_twenty_megabytes_pass_through_a_few_chunks_of_memory() -> None:
    stream, length = large(20_000_000)
    tracemalloc.start()
    received = FileUpload(stream, CONTENT_TYPE, length)
    total = sum(len(chunk) for chunk in received.chunks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 20_000_000
    assert peak < 1_000_000


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        body(b"x")[: -len(TAIL)],
        body(b"x") + b"epilogue",
        body(b"x")[: -len(TAIL)] + b"\r\n" + body(b"a second file"),
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\nb'.encode() + TAIL,
        head({"long": "x" * 5_000}, "a.pdf") + TAIL,
        head({str(number): "" for number in range(11)}, "a.pdf") + TAIL,
    ],
    ids=["empty", "nonsense", "cut off", "epilogue", "two files", "no file", "long field", "many fields"],
)
def test_what_no_browser_sends_is_refused(data: bytes) -> None:
    with pytest.raises(MultipartError):
        list(upload(data).chunks())


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/form-data", "multipart/mixed; boundary=x"]
)
def test_only_a_form_with_a_file_is_read(content_type: str) -> None:
    with pytest.raises(MultipartError):
        FileUpload(io.BytesIO(body(b"x")), content_type, 10)


def test_a_body_of_unknown_length_is_refused() -> None:
    with pytest.raises(MultipartError):
        FileUpload(io.BytesIO(body(b"x")), CONTENT_TYPE, None)


def test_a_length_that_lies_is_found_out() -> None:
    data = body(b"x" * 100)
    with pytest.raises(MultipartError):
        list(FileUpload(io.BytesIO(data), CONTENT_TYPE, len(data) + 5).chunks())


def test_the_rest_is_read_away_up_to_a_limit() -> None:
    data = body(b"x" * 1_000_000)
    stream = io.BytesIO(data)
    FileUpload(stream, CONTENT_TYPE, len(data)).drain(200_000)
    assert 200_000 <= stream.tell() < 400_000
    stream = io.BytesIO(data)
    FileUpload(stream, CONTENT_TYPE, len(data)).drain(5_000_000)
    assert stream.tell() == len(data)
