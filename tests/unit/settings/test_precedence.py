"""For any key and any places it is set in, the highest place wins."""

from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from consumer.settings import Settings, load_settings, variable

NUMBERS = {
    "pubsub.streams": st.integers(1, 64),
    "pubsub.max_lease_seconds": st.integers(10, 10_000),
    "batch.max_events": st.integers(1, 4_000),
    "postgresql.port": st.integers(1, 65_535),
    "api.port": st.integers(0, 65_535),
}
"""Keys whose values never contradict one another's."""

TEXTS = {
    name: st.text(
        st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc"]), min_size=1
    ).filter(lambda text: "\ufeff" not in text)
    for name in ("postgresql.username", "postgresql.database", "api.host")
}


def layers() -> st.SearchStrategy[dict[str, int | str]]:
    return st.fixed_dictionaries({}, optional={**NUMBERS, **TEXTS})


def nested(layer: dict[str, int | str]) -> dict[str, dict[str, int | str]]:
    sections: dict[str, dict[str, int | str]] = {}
    for key, value in layer.items():
        section, name = key.split(".")
        sections.setdefault(section, {})[name] = value
    return sections


def load(
    file: dict[str, int | str], environ: dict[str, int | str], command: dict[str, int | str]
) -> Settings:
    with TemporaryDirectory() as folder:
        path = Path(folder, "config.yml")
        path.write_text(yaml.safe_dump(nested(file), allow_unicode=True), "utf-8")
        variables = {variable(key): str(value) for key, value in environ.items()}
        return load_settings(path, command, variables)


@given(file=layers(), environ=layers(), command=layers())
@example(file={"api.host": "null"}, environ={}, command={})
@example(file={"api.host": "1e3"}, environ={"api.host": "0x10"}, command={})
def test_the_command_line_goes_before_the_environment_before_the_file_before_the_defaults(
    file: dict[str, int | str], environ: dict[str, int | str], command: dict[str, int | str]
) -> None:
    settings = load(file, environ, command)
    for key in {**NUMBERS, **TEXTS}:
        section, name = key.split(".")
        default = getattr(getattr(Settings(), section), name)
        expected = command.get(key, environ.get(key, file.get(key, default)))
        assert getattr(getattr(settings, section), name) == expected


@given(layer=layers())
def test_a_value_is_the_same_wherever_it_is_set(layer: dict[str, int | str]) -> None:
    assert load(layer, {}, {}) == load({}, layer, {}) == load({}, {}, layer)
