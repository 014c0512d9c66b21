"""A browser without scripts: follows redirects, keeps cookies, fills in the forms of our own pages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import product
from typing import Any, Self

import httpx

from tests import sandbox
from tests.e2e.journey import BORN, PERSON, Upload
from tests.e2e.mailbox import code_in, fresh_address

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_ADDRESSES = (f"127.{second}.{third}.{fourth}" for second, third, fourth in product(*[range(1, 255)] * 3))
"""Addresses of this machine: each person comes from one of his own, as limits count."""
_TAGS = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL)


class BrokenOff(Exception):
    """The line, in the middle of a request."""


class PlainBrowser:
    """One person's browser; `page` is the answer that it shows now."""

    def __init__(self, origin: str, language: str = "en", address: str = "") -> None:
        self.address = address or next(_ADDRESSES)
        self._http = httpx.Client(
            transport=httpx.HTTPTransport(local_address=self.address),
            base_url=origin,
            follow_redirects=True,
            timeout=90,
            trust_env=False,
            event_hooks={"request": [self._add_cookies]},
            headers={"Accept": "text/html", "Accept-Language": language, "Origin": origin},
        )
        self.elsewhere = httpx.Client(
            transport=httpx.HTTPTransport(local_address=self.address),
            timeout=90,
            trust_env=False,
            headers={"Accept-Language": language},
        )
        """The same browser on the provider's site, with its cookies there."""
        self.page: httpx.Response

    def __enter__(self) -> Self:
        return self

    def twin(self) -> PlainBrowser:
        """The same browser a moment ago: its page and its cookies, for a second click on the same button."""
        other = PlainBrowser(str(self._http.base_url).rstrip("/"), address=self.address)
        other._http.headers, other.page = self._http.headers, self.page
        other._http.cookies.update(self._http.cookies)
        return other

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self.elsewhere.close()

    def _add_cookies(self, request: httpx.Request) -> None:
        """Browsers take http://localhost for a safe origin and send it its Secure cookies; httpx does not."""
        kept = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._http.cookies.jar)
        if kept:
            request.headers["Cookie"] = kept

    # --- what a person sees ----------------------------------------------------

    @property
    def path(self) -> str:
        return self.page.url.path

    @property
    def text(self) -> str:
        """The page's words."""
        return " ".join(html.unescape(_TAGS.sub(" ", self.page.text)).split())

    @property
    def mailbox(self) -> str:
        """Where the development pages say that the mails lie."""
        found = re.search(r'href="/dev/clock">[^<]*</a>\s*<a href="([^"]+)"', self.page.text)
        assert found is not None, f"no mailbox on {self.path}"
        return html.unescape(found[1])

    def value_of(self, name: str) -> str:
        """What stands in a text field."""
        field = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', self.page.text)
        value = re.search(r'value="([^"]*)"', field[0]) if field else None
        return html.unescape(value[1]) if value else ""

    def picture(self, mark: str) -> str:
        """Address of the picture with this attribute."""
        found = re.search(rf'<img[^>]*src="([^"]+)"[^>]*\b{mark}\b', self.page.text)
        assert found is not None, f"no picture {mark!r} on {self.path}"
        return html.unescape(found[1])

    def error_at(self, name: str) -> str:
        """The sentence at a field."""
        found = re.search(rf'id="{re.escape(name)}-error"[^>]*>(.*?)</p>', self.page.text, re.DOTALL)
        return " ".join(html.unescape(_TAGS.sub(" ", found[1])).split()) if found else ""

    def offered_times(self) -> list[str]:
        return re.findall(r'name="starts_at" value="([^"]+)"', self.page.text)

    # --- what a person does ------------------------------------------------------

    def open(self, path: str) -> Self:
        self.page = self._http.get(path)
        return self

    def post(self, path: str, fields: Mapping[str, str] | None = None, token: str | None = None) -> Self:
        """Send a form of the page that is shown, with its token."""
        sent = {**(fields or {}), "csrf_token": self.token if token is None else token}
        self.page = self._http.post(path, data=sent, headers={"Referer": str(self.page.url)})
        return self

    def follow(self, words: str) -> Self:
        """Click on the link with these words."""
        link = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>\s*{re.escape(words)}', self.page.text)
        assert link is not None, f"no link {words!r} on {self.path}"
        return self.open(html.unescape(link[1]))

    def log_in(self, path: str, name: str) -> Self:
        """Open a page for those who have logged in, as this person of the sandbox (name or card's code)."""
        self.open(path)
        provider, _ = sandbox.card_of(name)
        audience = "staff" if provider == "staff" else "citizen"
        self.post(f"/login/{provider}", {"audience": audience, "next": path})
        return self.prove(name)

    def prove(self, name: str) -> Self:
        """From the page that leads to the provider, to the page that follows the log-in."""
        reply = sandbox.visit(self.elsewhere, *sandbox.departure_of(self.page.text), name)
        self.page = self._http.post(reply.url, data=reply.form) if reply.form else self._http.get(reply.url)
        return self

    def upload(
        self,
        path: str,
        upload: Upload,
        token: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Self:
        """Send a form with a file, the token and the other fields before it as in our pages."""
        self.page = self._http.post(path, files=self._form(upload, token, fields or {}))
        return self

    def break_off(self, path: str, upload: Upload, fields: Mapping[str, str]) -> None:
        """Begin to send such a form; half of it never comes."""
        whole = self._http.build_request("POST", path, files=self._form(upload, None, fields))
        body = whole.read()

        def half() -> Iterator[bytes]:
            yield body[: len(body) // 2]
            raise BrokenOff

        with suppress(BrokenOff):
            self._http.post(path, content=half(), headers=dict(whole.headers))

    def _form(self, upload: Upload, token: str | None, fields: Mapping[str, str]) -> dict[str, Any]:
        first = {"csrf_token": self.token if token is None else token, **fields}
        file = (upload.name, upload.content, upload.media_type)
        return {**{name: (None, value) for name, value in first.items()}, "file": file}

    @property
    def token(self) -> str:
        found = _TOKEN.search(self.page.text)
        assert found is not None, f"no form on {self.path}"
        return html.unescape(found[1])


def to_times(browser: PlainBrowser) -> PlainBrowser:
    """The steps before the time, on the demonstration calendar; leaves the browser at the list of times."""
    browser.open("/book/").post("/book/login", {"way": "without"}).post("/book/welcome", {"consent": "yes"})
    browser.post("/book/subject", {"subject": "information-documents"})
    browser.post("/book/kind", {"kind": "video-demo", "topic": ""})
    return browser.open("/book/time?language=en")


def hold(browser: PlainBrowser, starts_at: str) -> PlainBrowser:
    """Choose one of the offered times."""
    return browser.post(
        "/book/time",
        {"language": "en", "starts_at": starts_at, "page_key": browser.value_of("page_key")},
    )


def person(**changed: str) -> dict[str, str]:
    """The fields of the person's page, filled in."""
    born = {f"birth_date-{part}": text for part, text in BORN.items()}
    return {"for_whom": "myself", "country": "LU", "national_number": ""} | PERSON | born | changed


def to_identity(browser: PlainBrowser, insured: Mapping[str, str] | None = None, **changed: str) -> str:
    """As far as the upload of the identity copy, with the first free time; returns its start.

    `insured` are the fields of the person whom the appointment is about, `changed` those of the applicant.
    """
    email = changed.setdefault("email", fresh_address())
    to_times(browser)
    for starts_at in browser.offered_times():
        if hold(browser, starts_at).path == "/book/person":  # else somebody was faster
            browser.post("/book/person", person(**changed))
            if insured is not None:
                browser.post("/book/insured", insured)
            prove_address(browser, email)
            return starts_at
    raise AssertionError("no time is free")


def prove_address(browser: PlainBrowser, email: str) -> PlainBrowser:
    """Type the code that has come by mail."""
    return browser.post("/book/address", {"code": code_in(browser.mailbox, email)})
