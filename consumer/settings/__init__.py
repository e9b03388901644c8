"""The settings: what can be set, which combinations cannot work, and how all is loaded.

Precedence, highest first: command line, environment (``CHURN_PUBSUB__PROJECT``), ``config.yml``,
``GOOGLE_CLOUD_PROJECT`` for the project, defaults.
"""

from consumer.settings.load import load_settings
from consumer.settings.sections import (
    AlertsSettings,
    ApiSettings,
    BatchSettings,
    CloudsqlSettings,
    DeadLettersSettings,
    GcsSettings,
    HistorySettings,
    LogSettings,
    ModelSettings,
    PostgresqlSettings,
    PubsubSettings,
)
from consumer.settings.settings import Settings, known_keys
from consumer.settings.sources import variable

__all__ = [
    "AlertsSettings",
    "ApiSettings",
    "BatchSettings",
    "CloudsqlSettings",
    "DeadLettersSettings",
    "GcsSettings",
    "HistorySettings",
    "LogSettings",
    "ModelSettings",
    "PostgresqlSettings",
    "PubsubSettings",
    "Settings",
    "known_keys",
    "load_settings",
    "variable",
]
