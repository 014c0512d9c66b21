"""The line of figures and its file."""

import json
from pathlib import Path

import pytest

from deploy.dev.result import publish


def test_figures_are_the_last_line_and_the_same_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = publish("smoke", {"frames_agent": 41, "seconds": 55.2}, tmp_path)
    line = capsys.readouterr().out.splitlines()[-1]
    assert line == 'RESULT {"frames_agent": 41, "seconds": 55.2}'
    assert json.loads(file.read_text()) == {"frames_agent": 41, "seconds": 55.2}
    assert file.name.startswith("smoke-")
