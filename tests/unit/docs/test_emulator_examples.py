"""The programs that the emulator's page shows run, and print what the page says."""

import re
import subprocess
import sys

import pytest

from tests.unit.docs.pages import ROOT

PAGE = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```\{literalinclude\} (examples/emulator_\w+\.py)", PAGE)


def run(*command: str) -> str:
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.parametrize("example", [path for path in SHOWN if "fixture" not in path])
def test_a_program_prints_what_the_page_says(example: str) -> None:
    printed = run(f"docs/{example}")

    assert printed
    assert f"```text\n{printed}```" in PAGE


def test_the_fixture_serves_its_test() -> None:
    plugins = ("-p", "no:cacheprovider", "-p", "tools.emulator.pytest_plugin")

    assert "1 passed" in run("-m", "pytest", *plugins, "docs/examples/emulator_fixture.py")


def test_every_program_is_shown() -> None:
    there = {f"examples/{path.name}" for path in (ROOT / "docs" / "examples").glob("emulator_*.py")}

    assert set(SHOWN) == there
