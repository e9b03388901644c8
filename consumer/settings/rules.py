"""Combinations of settings that cannot work, one a line, each with its reason."""

from collections.abc import Callable
from dataclasses import dataclass

from consumer.settings.sections import Sections


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two settings that do not go together."""

    keys: tuple[str, str]
    broken: Callable[[Sections], bool]
    why: str
    """One line that names both and says what to do."""


def _below(keys: tuple[str, str], broken: Callable[[Sections], bool], so: str) -> Contradiction:
    return Contradiction(keys, broken, f"{keys[0]} is below {keys[1]}: {so}; raise the first")


def _either(keys: tuple[str, str], broken: Callable[[Sections], bool]) -> Contradiction:
    return Contradiction(keys, broken, f"{keys[0]} and {keys[1]} are both set: keep one")


def _needs_history(
    keys: tuple[str, str], broken: Callable[[Sections], bool], value: str
) -> Contradiction:
    why = f"{keys[0]} {value} looks at earlier scores: set {keys[1]} to true"
    return Contradiction(keys, lambda s: broken(s) and not s.history.enabled, why)


CONTRADICTIONS: tuple[Contradiction, ...] = (
    _below(
        ("pubsub.max_messages", "batch.max_events"),
        lambda s: s.pubsub.max_messages < s.batch.max_events,
        "no batch would ever be full",
    ),
    _below(
        ("pubsub.max_bytes", "batch.max_bytes"),
        lambda s: s.pubsub.max_bytes < s.batch.max_bytes,
        "no batch would ever be full",
    ),
    _below(
        ("pubsub.max_messages", "pubsub.streams"),
        lambda s: s.pubsub.max_messages < s.pubsub.streams,
        "a stream could not take a single message",
    ),
    _either(
        ("postgresql.hostname", "postgresql.unix_socket"),
        lambda s: bool(s.postgresql.hostname and s.postgresql.unix_socket),
    ),
    _either(
        ("postgresql.hostname", "cloudsql.instance"),
        lambda s: bool(s.postgresql.hostname and s.cloudsql.instance),
    ),
    _either(
        ("postgresql.unix_socket", "cloudsql.instance"),
        lambda s: bool(s.postgresql.unix_socket and s.cloudsql.instance),
    ),
    _either(("model.uri", "gcs.bucket"), lambda s: bool(s.model.uri and s.gcs.bucket)),
    _either(("model.uri", "gcs.blob"), lambda s: bool(s.model.uri and s.gcs.blob)),
    _below(
        ("history.keep_days", "alerts.cooldown_days"),
        lambda s: s.history.keep_days < s.alerts.cooldown_days,
        "the last alert would be forgotten before its cool-down is over",
    ),
    _needs_history(
        ("alerts.policy", "history.enabled"), lambda s: s.alerts.policy == "crossing", "crossing"
    ),
    _needs_history(
        ("alerts.cooldown_days", "history.enabled"),
        lambda s: s.alerts.cooldown_days > 0,
        "above 0",
    ),
)
