"""The pages entry as a process of its own: what stops its boot, and what production does not have."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from deploy.dev.platform import Platform
from tests.service_process import eventually, free_port

ROOT = Path(__file__).parents[3]
PRODUCTION = {"ENVIRONMENT": "production", "PUBLIC_URL": "https://video.example"}
pytestmark = pytest.mark.integration


def variables_of(stores: Platform, **changes: str) -> dict[str, str]:
    ports = {"LISTEN_PORT": str(free_port()), "METRICS_PORT": str(free_port())}
    return {**stores.env("gateway-pages"), **ports, **changes}


def _start(variables: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "gateway", "pages"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **variables},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@contextmanager
def pages(variables: dict[str, str]) -> Iterator[httpx.Client]:
    process = _start(variables)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{variables['LISTEN_PORT']}") as client:
            eventually(lambda: _answers(client))
            yield client
    finally:
        process.terminate()
        process.communicate(timeout=90)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/").is_success
    except httpx.TransportError:
        return False


def test_production_has_no_development_pages(stores: Platform) -> None:
    variables = variables_of(stores, **PRODUCTION, CLOCK_URL="", MAILBOX_URL="")
    with pages(variables) as client:
        assert client.get("/dev/clock").status_code == 404
        assert client.post("/dev/clock", json={"minutes": 15}).status_code == 404
        assert "Strict-Transport-Security" in client.get("/").headers


@pytest.mark.parametrize("name", ["CLOCK_URL", "MAILBOX_URL"])
def test_the_boot_fails_in_production_with_a_development_aid(stores: Platform, name: str) -> None:
    others = {"CLOCK_URL": "", "MAILBOX_URL": ""} | {name: "redis://127.0.0.1:1"}
    process = _start(variables_of(stores, **PRODUCTION, **others))
    output, _ = process.communicate(timeout=90)
    assert process.returncode != 0
    assert f"{name} is refused in production" in output


def test_missing_settings_are_named_and_never_shown(stores: Platform) -> None:
    variables = variables_of(stores, FORM_KEY="", LINK_KEY="not a key at all")
    process = _start(variables)
    output, _ = process.communicate(timeout=90)
    assert process.returncode != 0
    assert "FORM_KEY is missing" in output
    assert "LINK_KEY is invalid" in output
    assert "not a key at all" not in output


def test_the_time_machine_is_moved_through_its_api_and_seen_at_once(stores: Platform) -> None:
    with pages(variables_of(stores)) as client:
        try:
            moved = client.post("/dev/clock", json={"at": "2027-03-28T01:59:30+01:00"}).json()
            assert moved["now"].startswith("2027-03-28T00:59:3")
            page = client.get("/", headers={"Accept-Language": "en"}).text
            assert "Platform time: Sunday, 28 March 2027, 01:59" in page
            later = client.post("/dev/clock", json={"minutes": 1}).json()
            assert later["version"] == moved["version"] + 1
            assert "28 March 2027, 03:00" in client.get("/", headers={"Accept-Language": "en"}).text
            refused = client.post(
                "/dev/clock", json={"at": "yesterday"}, headers={"Accept": "application/json"}
            )
            assert refused.status_code == 422
        finally:
            assert client.post("/dev/clock", json={"reset": True}).json()["shift_seconds"] == 0


def test_a_session_outlives_the_process_that_made_it(stores: Platform) -> None:
    variables = variables_of(stores)
    name = f"__Host-{variables['SESSION_COOKIE'].removeprefix('__Host-')}"
    with pages(variables) as client:
        page = client.get("/book/login")
        cookie = {"Cookie": f"{name}={page.cookies[name]}"}
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        form = {"csrf_token": token, "way": "without"}
        assert client.post("/book/login", data=form, headers=cookie).status_code == 303
    with pages(variables_of(stores)) as client:
        assert client.get("/book/", headers=cookie).headers["Location"] == "/book/welcome"
