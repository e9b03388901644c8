"""The settings as one frozen model, and the full names that are made from them."""

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from consumer.errors import BadSettings
from consumer.settings.rules import CONTRADICTIONS
from consumer.settings.sections import Section, Sections


class Settings(Sections):
    """Everything that can be set; :func:`consumer.settings.load_settings` makes it."""

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

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that no log may show."""
        password = self.postgresql.password
        return (password.get_secret_value(),) if password else ()

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
