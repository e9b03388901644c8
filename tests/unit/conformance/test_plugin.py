"""What the marks do in a run of pytest, with and without ``--conformance``."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT

SUITE = """
import pytest
from tests.conformance.marks import differs, documented

pytestmark = documented("Order messages")

@pytest.fixture(params=["embedded", "official"])
def pubsub(request):
    return request.param

@differs(official="it comes in any order")
def test_a_topic_s_order_is_kept(pubsub):
    assert pubsub == "embedded"

@differs(official="it was mended since")
def test_a_mark_is_true(pubsub):
    pass

@differs(official="it is late", always=False)
def test_a_message_is_in_time(pubsub):
    pass

@pytest.fixture
def broken(pubsub):
    assert pubsub == "embedded", "the fixture fails"

@differs(official="it does not count")
def test_messages_are_counted(broken):
    pass
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Give a suite of four sentences, and servers that are words."""
    path = tmp_path / "test_suite.py"
    path.write_text(SUITE, encoding="utf-8")
    return path


def run(suite: Path, *options: str) -> str:
    plugin = ["-p", "tests.conformance.plugin", "-p", "no:cacheprovider", "--strict-markers"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        *plugin,
        "-ra",
        "--rootdir",
        str(suite.parent),
        str(suite),
    ]
    ran = subprocess.run(
        [*command, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout


def test_a_test_that_differs_is_skipped_with_its_sentence_and_the_difference(suite: Path) -> None:
    out = run(suite)

    assert "4 passed, 4 skipped" in out
    assert "a topic's order is kept. Google's emulator differs from the service: " in out
    assert "it comes in any order" in out


def test_the_probe_finds_marks_that_are_no_longer_true_and_broken_fixtures(suite: Path) -> None:
    out = run(suite, "--conformance")

    assert "  pass      differs   a topic's order is kept (it comes in any order)" in out
    assert "  pass      FAIL      a mark is true (it was mended since)" in out
    assert "  pass      differs   a message is in time (it is late)" in out
    assert "  pass      FAIL      messages are counted (it does not count)" in out
    assert "official: 0 of 4 pass, 2 FAIL, 2 differs" in out


def test_the_page_is_written_only_where_every_mark_is_true(suite: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.md"
    options = ("--conformance", "--conformance-page", str(target))

    run(suite, *options)
    assert not target.exists()

    run(suite, *options, "-k", "order")
    assert "| a topic's order is kept | pass | differs |" in target.read_text(encoding="utf-8")


def test_the_table_is_the_same_over_several_processes(suite: Path) -> None:
    out = run(suite, "--conformance", "--numprocesses", "2")

    assert "official: 0 of 4 pass, 2 FAIL, 2 differs" in out
