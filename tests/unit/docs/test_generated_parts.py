"""What the pages take from the code is what the code says now."""

import inspect
import re
from pathlib import Path

import pytest

from consumer import errors
from consumer.errors import ChurnError, Disposition
from consumer.settings import known_keys
from docs.generated_parts import PARTS, Part
from docs.pictures import PICTURES, Picture
from docs.settings_tables import rows
from tests.unit.docs.pages import ROOT
from tools.drawing import canvas


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.page.name}: {part.name}")
def test_a_generated_part_is_fresh(part: Part) -> None:
    text = part.page.read_text(encoding="utf-8")
    assert part.written_into(text) == text, "stale: run make figures"


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.path.name)
def test_a_picture_is_drawn_from_the_figures_of_now(picture: Picture) -> None:
    assert picture.is_fresh(), "stale: run make figures"


def test_a_picture_of_other_figures_is_drawn_again(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    figures.write_text("1")
    picture = Picture(tmp_path / "picture.svg", figures.read_bytes, lambda: canvas(1, 1))
    assert not picture.is_fresh()

    picture.write()
    assert picture.is_fresh()

    figures.write_text("2")
    assert not picture.is_fresh()


def test_a_page_without_a_place_for_its_part_is_an_error() -> None:
    with pytest.raises(ValueError, match="has no lines"):
        Part(Path("page.md"), "settings", str).written_into("no markers")


def test_every_setting_is_in_the_table_with_its_meaning() -> None:
    assert [row.key for row in rows()] == list(known_keys())
    assert all(row.meaning for row in rows())


def test_the_readme_shows_the_example_file_verbatim() -> None:
    example = (ROOT / "docs" / "examples" / "publish_and_read.py").read_text(encoding="utf-8")
    assert f"```python\n{example}```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_picture_of_errors_shows_every_class_that_is_raised() -> None:
    picture = (ROOT / "docs" / "errors.svg").read_text(encoding="utf-8")
    shown = set(re.findall(r'class="class"[^>]*>(\w+)<', picture))
    leaves = {
        error.__name__
        for _, error in inspect.getmembers(errors, inspect.isclass)
        if issubclass(error, ChurnError) and not error.__subclasses__()
    }
    assert shown == leaves


def test_the_picture_of_errors_has_a_column_for_every_disposition() -> None:
    picture = (ROOT / "docs" / "errors.svg").read_text(encoding="utf-8")
    shown = re.findall(r'class="title"[^>]*>(\w+)<', picture)
    assert shown == [disposition.name for disposition in Disposition]
