"""Full names of topics, of the subscription and of the model."""

from collections.abc import Mapping

import pytest

from consumer.errors import BadSettings
from consumer.settings import load_settings


def test_ids_become_paths_in_the_project() -> None:
    settings = load_settings(environ={"CHURN_PUBSUB__PROJECT": "bank"})
    assert settings.subscription_path == "projects/bank/subscriptions/churn-worker"
    assert settings.alert_topic_path == "projects/bank/topics/churn-alerts"
    assert settings.dead_letter_topic_path == "projects/bank/topics/churn-dead-letters"


def test_full_paths_stay_and_need_no_project() -> None:
    full = "projects/other/topics/alerts"
    assert load_settings(environ={"CHURN_PUBSUB__ALERT_TOPIC": full}).alert_topic_path == full


def test_a_missing_project_is_named_only_when_it_is_needed() -> None:
    with pytest.raises(BadSettings, match=r"pubsub\.project.*GOOGLE_CLOUD_PROJECT"):
        _ = load_settings(environ={}).subscription_path


@pytest.mark.parametrize("given", [{}, {"gcs.bucket": "b"}, {"gcs.blob": "b"}])
def test_a_missing_model_is_named_only_when_it_is_needed(given: Mapping[str, object]) -> None:
    settings = load_settings(overrides=given, environ={})
    with pytest.raises(BadSettings, match=r"model\.uri.*gcs\.bucket and gcs\.blob"):
        _ = settings.model_location
