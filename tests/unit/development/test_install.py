"""The installer's steps: done once, done again when their sources change."""

from pathlib import Path

import pytest

from deploy.dev import install


@pytest.fixture
def stamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(install, "STAMPS", tmp_path / "stamps")
    return tmp_path / "stamps"


@pytest.mark.usefixtures("stamps")
def test_a_step_is_done_again_only_when_its_sources_change(tmp_path: Path) -> None:
    source, result = tmp_path / "lock", tmp_path / "result"
    source.write_text("one")
    step = install.Step("packages", source.read_text, result.touch, [result])
    assert not step.is_done()
    step.run()
    assert step.is_done()
    source.write_text("two")
    assert not step.is_done()


@pytest.mark.usefixtures("stamps")
def test_a_step_whose_result_was_removed_is_done_again(tmp_path: Path) -> None:
    result = tmp_path / "result"
    step = install.Step("build", lambda: "same", result.touch, [result])
    step.run()
    result.unlink()
    assert not step.is_done()


def test_a_step_that_fails_leaves_no_stamp(tmp_path: Path, stamps: Path) -> None:
    def fail() -> None:
        raise install.InstallFailed("no network")

    step = install.Step("packages", lambda: "same", fail, [tmp_path])
    with pytest.raises(install.InstallFailed):
        step.run()
    assert not step.is_done()


def test_the_installer_of_packages_is_itself_taken_from_the_lock_with_its_hashes() -> None:
    lines = install._locked("uv")
    assert lines.startswith("uv==")
    assert "--hash=sha256:" in lines
    assert lines.count("==") == 1
