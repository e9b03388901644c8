"""The settings: one frozen model, the combinations that cannot work, and how it is loaded.

Precedence, highest first: command line, environment (``CHURN_PUBSUB__PROJECT``), ``config.yml``,
``GOOGLE_CLOUD_PROJECT`` for the project, defaults.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

from pydantic import ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from consumer.errors import BadSettings
from consumer.settings_rules import CONTRADICTIONS
from consumer.settings_sections import (
    AlertsSettings,
    ApiSettings,
    BatchSettings,
    CloudsqlSettings,
    DeadLettersSettings,
    DeploymentName,
    GcsSettings,
    HistorySettings,
    LogSettings,
    ModelSettings,
    PostgresqlSettings,
    PubsubSettings,
    Section,
)
from consumer.settings_sources import (
    Given,
    find_config,
    from_environment,
    from_file,
    from_overrides,
    nested,
    unknown,
)

__all__ = [
    "AlertsSettings",
    "ApiSettings",
    "BatchSettings",
    "CloudsqlSettings",
    "DeadLettersSettings",
    "GcsSettings",
    "HistorySettings",
    "LogSettings",
    "ModelSettings",
    "PostgresqlSettings",
    "PubsubSettings",
    "Settings",
    "known_keys",
    "load_settings",
]


class Settings(BaseSettings):
    """Everything that can be set. Made by :func:`load_settings`, or directly in tests."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )

    deployment: DeploymentName = "local"
    """Name of this deployment in the source of its alerts, churn/<deployment>."""
    pubsub: PubsubSettings = PubsubSettings()
    batch: BatchSettings = BatchSettings()
    postgresql: PostgresqlSettings = PostgresqlSettings()
    cloudsql: CloudsqlSettings = CloudsqlSettings()
    gcs: GcsSettings = GcsSettings()
    model: ModelSettings = ModelSettings()
    alerts: AlertsSettings = AlertsSettings()
    dead_letters: DeadLettersSettings = DeadLettersSettings()
    history: HistorySettings = HistorySettings()
    api: ApiSettings = ApiSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the constructor alone: ``load_settings`` remembers where each stands."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        for rule in CONTRADICTIONS:
            if rule.broken(self):
                raise PydanticCustomError(
                    "contradiction", "{why}", {"keys": rule.keys, "why": rule.why}
                )
        return self

    @property
    def subscription_path(self) -> str:
        """``projects/P/subscriptions/S``. Raises BadSettings without a project."""
        return self._path("subscriptions", self.pubsub.subscription)

    @property
    def alert_topic_path(self) -> str:
        """``projects/P/topics/T``. Raises BadSettings without a project."""
        return self._path("topics", self.pubsub.alert_topic)

    @property
    def dead_letter_topic_path(self) -> str:
        """``projects/P/topics/T``. Raises BadSettings without a project."""
        return self._path("topics", self.pubsub.dead_letter_topic)

    @property
    def model_location(self) -> str:
        """A local path or ``gs://bucket/object``. Raises BadSettings where none is set."""
        if self.model.uri:
            return self.model.uri
        if self.gcs.bucket and self.gcs.blob:
            return f"gs://{self.gcs.bucket}/{self.gcs.blob}"
        raise BadSettings(
            "no model is set: set model.uri to a path or gs://bucket/object, "
            "or both gcs.bucket and gcs.blob"
        )

    def _path(self, collection: str, name: str) -> str:
        if "/" in name:
            return name
        if not self.pubsub.project:
            raise BadSettings(
                "no project is set: set pubsub.project (CHURN_PUBSUB__PROJECT), "
                "or GOOGLE_CLOUD_PROJECT"
            )
        return f"projects/{self.pubsub.project}/{collection}/{name}"


def known_keys() -> tuple[str, ...]:
    """Every key that can be set, dotted, in the order of the documentation."""
    return tuple(
        f"{name}.{key}" if section else name
        for name, field in Settings.model_fields.items()
        for section in [_section(field.annotation)]
        for key in (section.model_fields if section else [name])
    )


def _section(annotation: object) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return None


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
