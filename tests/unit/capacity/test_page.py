"""What the capacity page says of inputs is so; its tables are generated."""

import re
from pathlib import Path

from consumer.settings import known_keys
from tests.unit.docs.pages import ROOT
from tools.capacity.inputs import LOOKED_UP, Inputs, read_inputs

PAGE = (ROOT / "docs" / "capacity.md").read_text(encoding="utf-8")


def test_the_example_of_a_file_is_one(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "mine.toml"
    file.write_text(example)

    assert read_inputs(file) != Inputs()


def test_every_input_that_the_page_names_is_there() -> None:
    sections = {name: getattr(Inputs(), name) for name in Inputs.model_fields}
    inputs = {
        f"{section}.{name}"
        for section, values in sections.items()
        for name in type(values).model_fields
    }
    named = set(re.findall(rf"`((?:{'|'.join(sections)})\.\w+)`", PAGE))

    assert named <= inputs | set(known_keys())
    assert inputs <= named


def test_the_page_says_when_prices_were_looked_up() -> None:
    assert LOOKED_UP in PAGE
