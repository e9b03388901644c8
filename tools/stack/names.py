"""What things are called in a local stack, and in the real project that it stands for."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Names:
    """Names of topics, subscriptions, database and bucket."""

    project: str = "churn-local"
    input_topic: str = "customer-updates"
    subscription: str = "churn-worker"
    alert_topic: str = "churn-alerts"
    alert_watch: str = "churn-alerts-watch"
    dead_letter_topic: str = "churn-dead-letters"
    dead_letter_watch: str = "churn-dead-letters-watch"
    database: str = "churn"
    bucket: str = "chaos-1"
    blob: str = "model/ChurnModelFinal.pkl"

    @classmethod
    def of_its_own(cls, suffix: str) -> Self:
        """Give names that nobody else on the same servers has, given a suffix of one's own.

        Args:
            suffix: lower-case letters and digits only, which every kind of name may have.
        """
        usual = cls()
        return cls(
            project=usual.project,
            input_topic=f"{usual.input_topic}-{suffix}",
            subscription=f"{usual.subscription}-{suffix}",
            alert_topic=f"{usual.alert_topic}-{suffix}",
            alert_watch=f"{usual.alert_watch}-{suffix}",
            dead_letter_topic=f"{usual.dead_letter_topic}-{suffix}",
            dead_letter_watch=f"{usual.dead_letter_watch}-{suffix}",
            database=f"{usual.database}_{suffix}",
            bucket=f"{usual.bucket}-{suffix}",
            blob=usual.blob,
        )

    def topic(self, topic: str) -> str:
        """Give a topic's full path."""
        return f"projects/{self.project}/topics/{topic}"

    def subscription_path(self, subscription: str) -> str:
        """Give a subscription's full path."""
        return f"projects/{self.project}/subscriptions/{subscription}"
