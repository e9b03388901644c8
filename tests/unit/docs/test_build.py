"""`make docs` works: every page and every docstring is one that Sphinx understands."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT

WITHOUT_THE_CODE = (
    *("-D", "exclude_patterns=_build,api"),
    *("-D", "suppress_warnings=toc.not_readable,ref.python"),
)
"""Reading the docstrings takes nearly all of the time."""


def build(target: Path, *options: str) -> None:
    """Build as `make docs` does, where a warning is an error."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    built = subprocess.run(
        [*command, *options, "docs", str(target)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert (target / "index.html").exists()


def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    build(tmp_path, *WITHOUT_THE_CODE)


@pytest.mark.long
def test_the_documentation_of_the_code_builds_without_a_warning(tmp_path: Path) -> None:
    build(tmp_path)
