"""The line of figures that ends every command that measures, and a file of the same to compare with."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from deploy.dev.site import DEFAULT_FOLDER

Figure = int | float | str


def publish(name: str, figures: Mapping[str, Figure], folder: Path = DEFAULT_FOLDER / "results") -> Path:
    """Print `RESULT {json}` as the last line and keep the object in `<folder>/<name>-<instant>.json`."""
    line = json.dumps(dict(figures))
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
    file.write_text(line + "\n")
    print(f"RESULT {line}", flush=True)
    return file
