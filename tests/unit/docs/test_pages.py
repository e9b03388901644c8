"""The pages name only what exists."""

import re
from pathlib import Path

import pytest

from tests.unit.docs.pages import PAGES, PIPELINES, ROOT, commands, links, name
from tools.cli import COMMANDS

TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", [*PAGES, *PIPELINES], ids=name)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    assert commands(page, "make") <= TARGETS


@pytest.mark.parametrize("page", [*PAGES, *PIPELINES], ids=name)
def test_every_churn_command_that_a_page_names_exists(page: Path) -> None:
    assert commands(page, "churn") <= {command.name for command in COMMANDS}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    local = [link for link in links(page) if "://" not in link]
    missing = [link for link in local if not (page.parent / link.partition("#")[0]).exists()]
    assert missing == []


def test_the_readme_names_the_two_commands_to_start_with() -> None:
    assert {"demo", "test"} <= commands(ROOT / "README.md", "make")


def test_no_page_names_a_path_of_somebodys_machine() -> None:
    for page in PAGES:
        assert not re.search(r"/(home|root|Users|work)/", page.read_text(encoding="utf-8")), page


def test_every_churn_command_is_documented() -> None:
    named = set().union(*(commands(page, "churn") for page in PAGES))
    assert {command.name for command in COMMANDS} <= named | in_the_change_log()


def in_the_change_log() -> set[str]:
    """The change log lists commands without their program."""
    return set(re.findall(r"`([a-z]+)`", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
