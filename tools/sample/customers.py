"""Invented customers whose churn depends on what the bank knows of them, and on chance."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from typing import Final

import numpy as np

from schemas.tables import Sex, YesNo
from tools.tables_csv import CustomerRow, IndicatorsRow

FIRST_ID: Final = 20_000_000
FIRST_DAY: Final = date(2010, 1, 1)
LAST_DAY: Final = date(2020, 12, 31)

NULL_SHARE: Final = 0.02
"""Of each indicator."""
WITHOUT_INDICATORS: Final = 0.03
"""Of all customers."""

_SYLLABLES: Final = (
    *("ba", "bel", "cor", "da", "dri", "el", "fa", "gan", "hu", "il", "jo", "ka", "lem", "mi"),
    *("nor", "ol", "pra", "qui", "ras", "so", "tan", "ul", "ve", "wen", "xa", "yl", "zor"),
)

_COUNTRY_ODDS: Final = {"France": 0.0, "Espagne": 0.2, "Allemagne": 1.4}
_PRODUCT_ODDS: Final = {1: 0.8, 2: -2.0, 3: 4.0, 4: 6.0}
_BASE_ODDS: Final = -3.9


@dataclass(frozen=True, slots=True)
class _Person:
    """What churn depends on."""

    pays: str
    sexe: Sex
    age: int
    membre_actif: YesNo
    balance: float
    nb_produits: int


def generate(count: int, seed: int) -> tuple[list[CustomerRow], list[IndicatorsRow]]:
    """Invent customers with their indicators.

    Args:
        count: how many customers; a few get no indicators row, some indicators are null.
        seed: the same seed gives the same rows.

    Returns:
        Rows of the two tables, each in the order of ids (eight digits).
    """
    random = np.random.default_rng(seed)
    ids = FIRST_ID + np.cumsum(random.integers(1, 5_000, count))
    customers, indicators = [], []
    for id_client in ids.tolist():
        person = _person(random)
        customers.append(_customer(id_client, person, random))
        row = _indicators(id_client, person, random)
        if random.random() >= WITHOUT_INDICATORS:
            indicators.append(row)
    return customers, indicators


def _person(random: np.random.Generator) -> _Person:
    pays = _one_of(random, ("France", "France", "Allemagne", "Espagne"))
    empty_account = random.random() < (0.0 if pays == "Allemagne" else 0.48)
    return _Person(
        pays=pays,
        sexe="F" if random.random() < 0.45 else "H",  # noqa: PLR2004
        age=int(np.clip(18 + random.gamma(4.0, 5.3), 18, 92)),
        membre_actif=_yes(random, 0.52),
        balance=0.0 if empty_account else _amount(random, 120_000, 30_000),
        nb_produits=int(np.searchsorted((0.51, 0.965, 0.994), random.random())) + 1,
    )


def _customer(id_client: int, person: _Person, random: np.random.Generator) -> CustomerRow:
    days = int(random.integers((LAST_DAY - FIRST_DAY).days + 1))
    syllables = [_one_of(random, _SYLLABLES) for _ in range(int(random.integers(2, 4)))]
    return CustomerRow(
        id_client=id_client,
        date_entree=FIRST_DAY + timedelta(days=days),
        nom="".join(syllables).capitalize(),
        pays=person.pays,
        sexe=person.sexe,
        age=person.age,
        membre_actif=person.membre_actif,
    )


def _indicators(id_client: int, person: _Person, random: np.random.Generator) -> IndicatorsRow:
    known = {
        "balance": person.balance,
        "nb_produits": person.nb_produits,
        "carte_credit": _yes(random, 0.7),
        "salaire": round(float(random.uniform(500, 200_000)), 2),
        "score_credit": float(np.clip(random.normal(650, 96), 350, 850).round()),
    }
    gaps = random.random(len(known)) < NULL_SHARE
    values = {name: None if gap else known[name] for name, gap in zip(known, gaps, strict=True)}
    return IndicatorsRow(
        id_client=id_client, **values, churn=_yes(random, churn_probability(person))
    )


def churn_probability(person: _Person) -> float:
    """How likely this person leaves: older, German, female, passive, many products."""
    odds = (
        _BASE_ODDS
        + 5.5 * exp(-(((person.age - 56) / 12) ** 2))
        + _COUNTRY_ODDS[person.pays]
        + _PRODUCT_ODDS[person.nb_produits]
        + (0.7 if person.sexe == "F" else 0.0)
        + (-1.8 if person.membre_actif == "Yes" else 0.0)
        + (0.4 if person.balance > 0 else 0.0)
    )
    return 1 / (1 + exp(-odds))


def _one_of(random: np.random.Generator, values: tuple[str, ...]) -> str:
    return values[int(random.integers(len(values)))]


def _yes(random: np.random.Generator, share: float) -> YesNo:
    return "Yes" if random.random() < share else "No"


def _amount(random: np.random.Generator, mean: float, deviation: float) -> float:
    return round(float(max(random.normal(mean, deviation), 100.0)), 2)
