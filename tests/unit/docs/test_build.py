"""`make docs` works: every docstring and every page is one that Sphinx understands."""

import subprocess
import sys
from pathlib import Path

from tests.unit.docs.pages import ROOT


def test_the_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    options = ["-W", "--keep-going", "-q", "-b", "html"]
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, "docs", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "index.html").exists()
