"""The kinds of values that settings have, each with what it must look like."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError


def _like(pattern: str, example: str) -> AfterValidator:
    """Demand a pattern, and say by an example what it is."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError("looks", "must look like {example}", {"example": example})
        return value

    return AfterValidator(check)


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _words(value: Any) -> Any:
    """Split a text, as an environment variable gives it, at commas and spaces."""
    return tuple(filter(None, re.split(r"[,\s]+", value))) if isinstance(value, str) else value


_ID = r"[A-Za-z][A-Za-z0-9._~+%-]{2,254}"
"""A resource id ("Pub/Sub resource names", guidelines to name a resource)."""

TopicName = Annotated[
    str, _like(rf"(projects/[^/]+/topics/)?{_ID}", "churn-alerts or projects/P/topics/churn-alerts")
]
SubscriptionName = Annotated[
    str,
    _like(
        rf"(projects/[^/]+/subscriptions/)?{_ID}",
        "churn-worker or projects/P/subscriptions/churn-worker",
    ),
]
SnapshotName = Annotated[
    str, _like(rf"(projects/[^/]+/snapshots/)?{_ID}", "before or projects/P/snapshots/before")
]
InstanceName = Annotated[
    str, _like(r"([^:/\s]+:)?[^:/\s]+:[^:/\s]+:[^:/\s]+", "project:region:name")
]
Digest = Annotated[str, _like(r"[0-9a-f]{64}", "a SHA-256 digest: 64 digits and letters a to f")]
GlobalNames = Annotated[
    tuple[Annotated[str, _like(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", "package.module:name")], ...],
    BeforeValidator(_words),
]
IpType = Annotated[Literal["PRIVATE", "PUBLIC", "PSC"], BeforeValidator(_upper)]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)
]
DeploymentName = Annotated[str, _like(r"[A-Za-z0-9._~-]+", "staging or bank-prod.eu")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
