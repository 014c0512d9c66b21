"""Figures of the documents of spaces for `/metrics`; no label says anything about a space or a person."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

BYTES = Gauge("spaces_documents_bytes", "Bytes of clear documents in all spaces, uploads under way counted.")
DOCUMENTS = Gauge("spaces_documents", "Documents in all spaces, the bin counted.")
UPLOADS = Counter("spaces_uploads_total", "Uploads by what became of them.", ("outcome",))
LATE = Histogram(
    "spaces_documents_destroyed_late_seconds",
    "How late an object was destroyed after that fell due: the promise of the bin.",
    buckets=(0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 600.0, 3600.0, 86_400.0),
)
ORPHANS = Gauge(
    "spaces_documents_orphans",
    "What the latest comparison of the stores found on one side alone, by what it was.",
    ("what",),
)
