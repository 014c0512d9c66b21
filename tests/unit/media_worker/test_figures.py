import re
from pathlib import Path

from services.media.worker import figures
from services.media.worker.figures import DROPS, REPAIRS

PACKAGE = Path(figures.__file__).parent


def test_everything_that_is_counted_is_told() -> None:
    text = "".join(file.read_text() for file in PACKAGE.glob("*.py"))
    counted = set(re.findall(r'counts\[\s*"(\w+)"', text)) | {"replay"}
    assert counted == {*DROPS, *REPAIRS}
