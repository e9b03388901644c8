"""Reading the settings, and saying on one line what is wrong with them and where it stands."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from consumer.errors import BadSettings
from consumer.settings.settings import Settings, known_keys
from consumer.settings.sources import (
    Given,
    find_config,
    from_environment,
    from_file,
    from_overrides,
    nested,
)
from consumer.settings.unknown_keys import unknown


def load_settings(
    config: Path | None = None,
    overrides: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings from every place they may stand in.

    Args:
        config: a YAML file; else the one CHURN_CONFIG names, else ``config.yml`` if it is there.
        overrides: the command line's values, nested or by dotted key; None means not given.
        environ: the environment; by default that of the process.

    Raises:
        BadSettings: a value, key or combination is wrong; one line names each and where it stands.
    """
    # Not a default argument: the documentation shows those, and would show the whole environment.
    environ = os.environ if environ is None else environ
    file = find_config(config, environ)
    layers = (
        from_file(file) if file else {},
        from_environment(environ),
        from_overrides(overrides or {}),
    )
    problems = [problem for layer in layers for problem in unknown(layer, known_keys())]
    if problems:
        raise BadSettings("; ".join(problems))
    given = {key: value for layer in layers for key, value in layer.items() if value.is_set}
    return _validated(given, environ.get("GOOGLE_CLOUD_PROJECT"))


def _validated(given: Mapping[str, Given], project: str | None) -> Settings:
    if project and "pubsub.project" not in given:
        given = {**given, "pubsub.project": Given(project, "GOOGLE_CLOUD_PROJECT")}
    try:
        return Settings.model_validate(nested(given))
    except ValidationError as error:
        raise BadSettings("; ".join(_lines(error, given))) from None


def _lines(error: ValidationError, given: Mapping[str, Given]) -> Iterator[str]:
    """Say each problem with its key and where that key was set, and never the value."""
    for problem in error.errors(include_url=False, include_input=False):
        key = ".".join(str(part) for part in problem["loc"][:2])
        keys = problem["ctx"]["keys"] if problem["type"] == "contradiction" else (key,)
        places = dict.fromkeys(given[key].where for key in keys if key in given)
        where = f" (set in {' and '.join(places)})" if places else ""
        yield f"{key + ': ' if key else ''}{problem['msg']}{where}"
