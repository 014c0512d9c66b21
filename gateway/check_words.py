"""A device check in words: for the person who made it, for the agent, for the helpdesk's report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.contracts.device_check import DeviceCheck, Findings

_NOT_TRIED = _l("not tried yet")
_WORKS = _l("works")
_FAULTS: dict[str, Any] = {
    "denied": _l("not allowed in the browser"),
    "missing": _l("none found"),
    "busy": _l("in use by another program"),
    "unsupported": _l("not possible with this browser"),
    "untried": _NOT_TRIED,
}
_CAMERA = _FAULTS | {"works": _WORKS}
_MICROPHONE = _FAULTS | {
    "works": _WORKS,
    "opened": _l("open; the browser does not say how loud it is"),
    "silent": _l("open, but nothing was heard"),
}
_SPEAKER: dict[str, Any] = {
    "untried": _NOT_TRIED,
    "heard": _l("test sound heard"),
    "not_heard": _l("test sound not heard"),
}
_CONNECTION: dict[str, Any] = {
    "untried": _NOT_TRIED,
    "good": _l("good for a video call"),
    "fair": _l("good enough: the picture may stop now and then"),
    "poor": _l("too weak for a good picture; speaking may work"),
    "none": _l("the video service cannot be reached"),
}
_PATHS: dict[str, Any] = {
    "": "–",
    "udp": _l("direct"),
    "relay_udp": _l("through our relay"),
    "relay_tcp": _l("through our relay (TCP)"),
    "relay_tls": _l("through our relay (TLS)"),
}

GOOD, BAD, OPEN = "good", "bad", "open"
_GOOD = frozenset({"works", "opened", "heard", "good", "fair"})


@dataclass(frozen=True)
class Row:
    """One thing that was tried."""

    name: str
    code: str
    """Of the contract, the same in all languages."""
    words: str

    @property
    def state(self) -> str:
        """GOOD, BAD, or OPEN: not tried."""
        if self.code == "untried":
            return OPEN
        return GOOD if self.code in _GOOD else BAD


def rows(check: DeviceCheck) -> tuple[Row, ...]:
    """Camera, microphone, speaker, connection."""
    found = check.findings
    return (
        _row(_("Camera"), found.camera, _CAMERA),
        _row(_("Microphone"), found.microphone, _MICROPHONE),
        _row(_("Speaker"), found.speaker, _SPEAKER),
        _row(_("Connection"), check.rating, _CONNECTION),
    )


def figures(found: Findings) -> tuple[tuple[str, str], ...]:
    """What was measured, with names; nothing where nothing was."""
    if found.network != "measured":
        return ()
    return (
        (_("Sending"), _rate(found.up_kbps)),
        (_("Receiving"), _rate(found.down_kbps)),
        (_("Lost when sending"), _share(found.lost_up_permille)),
        (_("Lost when receiving"), _share(found.lost_down_permille)),
        (_("Delay there and back"), _("%(count)s ms", count=format_decimal(found.round_trip_ms))),
        (_("Way"), str(_PATHS.get(found.path, found.path))),
    )


def device(found: Findings) -> str:
    """Browser and system, as far as they are known."""
    return ", ".join(name for name in (found.browser, found.system) if name)


def advice(check: DeviceCheck) -> tuple[str, ...]:
    """What the person can do about what does not work."""
    found = check.findings
    said = (
        (_denied(found), _("Allow camera and microphone in the browser's settings for this page.")),
        (_lacks(found), _("Connect a camera and a microphone, or use another device, such as a phone.")),
        (found.microphone == "silent", _("Choose another microphone above, or raise its level.")),
        (found.speaker == "not_heard", _("Raise the volume, or choose another speaker in your system.")),
        (
            check.rating in ("fair", "poor"),
            _("Go nearer to the router or use a cable, and close what else uses the network."),
        ),
        (
            check.rating == "none",
            _("Try another network, for instance that of your phone: this one may block video calls."),
        ),
    )
    return tuple(sentence for applies, sentence in said if applies)


def context() -> dict[str, Any]:
    """For templates that show checks."""
    return {"check_rows": rows, "check_figures": figures, "check_device": device, "check_advice": advice}


def _row(name: str, code: str, words: dict[str, Any]) -> Row:
    return Row(name, code, str(words.get(code, code)))


def _denied(found: Findings) -> bool:
    return "denied" in (found.camera, found.microphone)


def _lacks(found: Findings) -> bool:
    return "missing" in (found.camera, found.microphone)


def _rate(kbps: int) -> str:
    return str(_("%(rate)s Mbit/s", rate=format_decimal(round(kbps / 1000, 1))))


def _share(permille: int) -> str:
    return str(format_percent(permille / 1000, "0.0 %"))
