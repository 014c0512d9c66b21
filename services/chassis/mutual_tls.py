"""TLS in which both sides show who they are."""

from __future__ import annotations

import ssl


def mutual_tls(authorities: str, certificate: str, key: str) -> ssl.SSLContext:
    """Files (PEM): whom we trust, and who we are.  Raises OSError where one is missing or does not fit."""
    context = ssl.create_default_context(cafile=authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context
