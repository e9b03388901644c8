"""The command line understands every command that the page on dead letters shows."""

import re
import shlex

import click
import pytest

from tests.unit.docs.pages import ROOT
from tools.cli import command_line

PAGES = ("dead-letters.md", "erasure.md")
SHOWN = [
    shlex.split(found)
    for page in PAGES
    for found in re.findall(r"^\s*\$ churn (.*)$", (ROOT / "docs" / page).read_text(), re.MULTILINE)
]


@pytest.mark.parametrize("arguments", SHOWN, ids=" ".join)
def test_a_command_on_the_page_can_be_typed(arguments: list[str]) -> None:
    command, context = command_line(arguments), None
    rest = arguments
    while isinstance(command, click.Group):
        context = click.Context(command, parent=context)
        _, command, rest = command.resolve_command(context, rest)
        assert command is not None
    assert command.make_context(None, list(rest), parent=context)


def test_the_page_shows_every_command_of_the_group() -> None:
    group = command_line(["dead-letters"]).commands["dead-letters"]
    shown = {words[1] for words in SHOWN if words[0] == "dead-letters"}
    assert shown == set(group.commands)
