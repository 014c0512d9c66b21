"""What a person reads when everything is ready: where to look, and how to log in."""

from collections.abc import Collection
from pathlib import Path

from deploy.dev.platform import Running
from deploy.dev.servers.case_file import case_file_page
from deploy.dev.servers.sandbox import sandbox_url

PAGES = (
    ("Citizens", "/", "book a video consultation; appointments begin every few minutes, at any hour"),
    ("Agents", "/console", "the list of the day, who waits, the call"),
    ("Time machine", "/dev/clock", "moves the platform's clock: 15 minutes, 24 hours"),
)


def summary(platform: Running, parts: Collection[str]) -> str:
    """Return the list of pages and demo log-ins, or of the parts if the front is not among them."""
    lines = _pages(platform) if "front" in parts else [f"Ready: {', '.join(parts)}"]
    if "mail" in parts:
        lines.append(_line("Mailbox", platform.urls["mailbox"], "every mail that the platform sends"))
    if "case-file" in parts:
        lines.append(_line("Case file", case_file_page(platform.site), "documents that agents handed over"))
    return "\n".join(["", *lines, *_log_ins(platform, parts), "", _last_line(platform.site.folder)])


def _pages(platform: Running) -> list[str]:
    origin = platform.urls["public"]
    return [_line(name, f"{origin}{path}", what) for name, path, what in PAGES]


def _log_ins(platform: Running, parts: Collection[str]) -> list[str]:
    if "identity-seed" not in parts or "front" not in parts:
        return []
    secret, sandbox = platform.site.secret("demo-client"), sandbox_url(platform.site)
    return [
        _line("Log-in sandbox", sandbox, "LuxTrust and eIDAS: Léa Muster, …; staff: Anna Demo, …"),
        _line("Machine client", "demo-client", f"secret {secret}"),
    ]


def _line(name: str, where: str, what: str) -> str:
    return f"  {name:<15} {where:<32} {what}"


def _last_line(folder: Path) -> str:
    return f"  Data and logs lie in {folder}. Ctrl-C or `make down` stops everything."
