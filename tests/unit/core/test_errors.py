"""The error tree: every leaf has one disposition, and HOLD names what is away."""

import pytest

import consumer.errors
from consumer.errors import ChurnError, DependencyDown, Disposition


def leaves(root: type[ChurnError]) -> list[type[ChurnError]]:
    below = [each for each in root.__subclasses__() if each.__module__.startswith("consumer.")]
    return [leaf for each in below for leaf in leaves(each)] or [root]


@pytest.mark.parametrize("leaf", leaves(ChurnError), ids=lambda leaf: leaf.__name__)
def test_every_error_has_exactly_one_disposition(leaf: type[ChurnError]) -> None:
    assert isinstance(leaf.disposition, Disposition)


@pytest.mark.parametrize("leaf", leaves(DependencyDown), ids=lambda leaf: leaf.__name__)
def test_every_outage_names_what_is_away(leaf: type[DependencyDown]) -> None:
    assert leaf.disposition is Disposition.HOLD
    assert leaf.dependency in {"database", "pubsub", "storage"}


@pytest.mark.parametrize("leaf", leaves(ChurnError), ids=lambda leaf: leaf.__name__)
def test_the_picture_of_the_tree_shows_every_error(leaf: type[ChurnError]) -> None:
    assert leaf.__name__ in (consumer.errors.__doc__ or "")
