"""What workers' metrics say of their shadow, added up over the workers of one pair of models."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import requests
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tools.errors import BadInput

SECONDS = 5.0
_ORDER = ("silent", "high", "critical")

Decision = tuple[str, str, str]
"""Country, what the current model decides, and what the candidate decides."""


@dataclass(frozen=True, slots=True)
class PairOfModels:
    """The candidate, and the digest of the model that it is compared with."""

    name: str
    version: str
    sha256: str
    against: str


@dataclass(slots=True)
class Comparison:
    """What all workers that compare the same two models counted."""

    workers: int = 0
    decisions: Counter[Decision] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    """By reason."""

    def countries(self) -> list[str]:
        """The countries that were seen, by name."""
        return sorted({country for country, _, _ in self.decisions})

    def compared(self, country: str | None = None) -> int:
        """Count the events that both models scored; of one country, or of all."""
        return self._count(country, lambda *_: True)

    def new_alerts(self, country: str | None = None) -> int:
        """Count where only the candidate would alert."""
        return self._count(country, lambda current, candidate: current == 0 < candidate)

    def lost_alerts(self, country: str | None = None) -> int:
        """Count where only the current model alerts."""
        return self._count(country, lambda current, candidate: candidate == 0 < current)

    def raised(self, country: str | None = None) -> int:
        """Count alerts whose risk the candidate would raise from high to critical."""
        return self._count(country, lambda current, candidate: 0 < current < candidate)

    def lowered(self, country: str | None = None) -> int:
        """Count alerts whose risk the candidate would lower from critical to high."""
        return self._count(country, lambda current, candidate: 0 < candidate < current)

    def changed(self, country: str | None = None) -> int:
        """Count the events about which the two models decide otherwise."""
        return self._count(country, lambda current, candidate: current != candidate)

    def _count(self, country: str | None, which: Callable[[int, int], bool]) -> int:
        return sum(
            count
            for (where, current, candidate), count in self.decisions.items()
            if country in {None, where} and which(_ORDER.index(current), _ORDER.index(candidate))
        )


def read(address: str) -> str:
    """Ask a worker for its metrics.

    Raises:
        BadInput: nothing answers there, or it is no worker.
    """
    url = address if "://" in address else f"http://{address}"
    try:
        answer = requests.get(f"{url.rstrip('/')}/metrics", timeout=SECONDS)
        answer.raise_for_status()
    except requests.RequestException as error:
        raise BadInput(
            f"{address} gives no metrics ({type(error).__name__}): give a worker's host:port, "
            "that of api.host and api.port"
        ) from None
    return answer.text


def add_up(pages: Iterable[str]) -> dict[PairOfModels, Comparison]:
    """Add up what the workers counted; those that compare no models yet are left out."""
    found: dict[PairOfModels, Comparison] = {}
    for page in pages:
        samples = list(_samples(page))
        pair = next((_pair(each) for each in samples if each.name == "churn_shadow_info"), None)
        if pair is not None:
            _add(found.setdefault(pair, Comparison()), samples)
    return found


def _samples(page: str) -> Iterator[Sample]:
    for family in text_string_to_metric_families(page):
        yield from family.samples


def _pair(info: Sample) -> PairOfModels:
    labels = info.labels
    return PairOfModels(labels["name"], labels["version"], labels["sha256"], labels["against"])


def _add(comparison: Comparison, samples: Iterable[Sample]) -> None:
    comparison.workers += 1
    for each in samples:
        if each.name == "churn_shadow_decisions_total":
            labels = each.labels
            key = (labels["country"], labels["current"], labels["candidate"])
            comparison.decisions[key] += int(each.value)
        elif each.name == "churn_shadow_skipped_total":
            comparison.skipped[each.labels["reason"]] += int(each.value)
