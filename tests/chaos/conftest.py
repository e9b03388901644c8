"""The model of the bank that chaos happens to."""

from tests.functional.conftest import trained

__all__ = ["trained"]
