"""What is typed wrongly is refused before anything is read."""

from pathlib import Path

import pytest

from tools.cli import main


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as end:
        main(["what-if", *arguments])
    said = capsys.readouterr()
    return end.value.code, " ".join((said.out + said.err).replace("│", " ").split())


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = ended(capsys, "--help")
    assert code == 0
    assert "Example: churn what-if events.jsonl --candidate" in said


def test_a_candidate_is_needed_and_a_threshold_is_a_probability(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, said = ended(capsys, "events.jsonl")
    assert code == 2
    assert "Missing option '--candidate'" in said
    code, said = ended(capsys, "events.jsonl", "--candidate", "m.pkl", "--threshold", "2")
    assert code == 2
    assert "less than or equal to 1" in said


def test_a_page_that_could_not_be_written_is_refused_before_the_work(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "nowhere" / "page.html"
    code, said = ended(capsys, "events.jsonl", "--candidate", "m.pkl", "--html", str(page))
    assert code == 1
    assert said.endswith(f"there is no directory {page.parent}: make it, or write elsewhere")
