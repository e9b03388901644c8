"""What chaos happens to: a bank on each Pub/Sub server."""

from tests.functional.conftest import trained

__all__ = ["trained"]
