"""A consumer that is compared with others, and how some of what is compared is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import typer


class Keyed(Protocol):
    """What has a name on the command line."""

    @property
    def key(self) -> str:
        """The name."""


K = TypeVar("K", bound=Keyed)


@dataclass(frozen=True, slots=True)
class Subject:
    """A consumer: the module that Python runs, and its settings on top of the stack's."""

    key: str
    """Names it on the command line."""
    name: str
    module: str
    settings: Mapping[str, str] = field(default_factory=dict)
    raises_alerts: bool = True
    has_metrics: bool = False
    is_slow: bool = False
    """Whether it gets fewer events, being about a hundred times slower."""


def keys_of(subjects: Sequence[Keyed]) -> str:
    """List the names on the command line."""
    return ", ".join(subject.key for subject in subjects)


def chosen(subjects: Sequence[K], keys: Sequence[str], option: str = "--consumer") -> Sequence[K]:
    """Give those of these names in the usual order; all where none is named.

    Raises:
        BadParameter: there is none of a name.
    """
    unknown = set(keys) - {subject.key for subject in subjects}
    if unknown:
        raise typer.BadParameter(
            f"{min(unknown)!r} is none of {keys_of(subjects)}", param_hint=option
        )
    return [subject for subject in subjects if not keys or subject.key in keys]
