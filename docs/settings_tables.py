"""The documentation's tables of settings, from the model."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from consumer.settings import Settings, known_keys, variable

FIRST_TO_SET = (
    "pubsub.project",
    "pubsub.subscription",
    "pubsub.alert_topic",
    "pubsub.dead_letter_topic",
    "cloudsql.instance",
    "postgresql.hostname",
    "postgresql.database",
    "postgresql.username",
    "postgresql.password",
    "gcs.bucket",
    "gcs.blob",
    "model.sha256",
    "alerts.threshold",
)
"""What a new deployment looks at first; the README shows these."""


@dataclass(frozen=True, slots=True)
class Row:
    """One setting."""

    key: str
    default: str
    meaning: str

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return variable(self.key)


def rows() -> Iterator[Row]:
    """Read every setting from the model, in its order."""
    for key in known_keys():
        field = _field(key)
        yield Row(key, _default(field), (field.description or "").replace("\n", " "))


def full_table() -> str:
    """Every setting, one table a section."""
    parts: list[str] = []
    for section, members in _by_section().items():
        parts += [f"\n## `{section}`\n\n", _about(section)]
        parts += ["| key | environment variable | default | meaning |\n", "|---|---|---|---|\n"]
        parts += [f"| `{r.key}` | `{r.variable}` | {r.default} | {r.meaning} |\n" for r in members]
    return "".join(parts) + "\n"


def short_table() -> str:
    """The settings that a new deployment looks at first."""
    chosen = {row.key: row for row in rows()}
    lines = [f"| `{key}` | {chosen[key].default} | {chosen[key].meaning} |" for key in FIRST_TO_SET]
    return "\n".join(["| key | default | meaning |", "|---|---|---|", *lines]) + "\n"


def _by_section() -> dict[str, list[Row]]:
    sections: dict[str, list[Row]] = {}
    for row in rows():
        sections.setdefault(row.key.partition(".")[0], []).append(row)
    return sections


def _about(section: str) -> str:
    annotation = Settings.model_fields[section].annotation
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        return f"{(annotation.__doc__ or '').partition(chr(10))[0]}\n\n"
    return ""


def _field(key: str) -> FieldInfo:
    section, _, name = key.partition(".")
    field = Settings.model_fields[section]
    if not name:
        return field
    members: dict[str, FieldInfo] = getattr(field.annotation, "model_fields")  # noqa: B009 - any section
    return members[name]


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value is PydanticUndefined or value == ():
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
