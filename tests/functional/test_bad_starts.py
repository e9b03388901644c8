"""What an operator reads when the worker cannot start: one line, the setting, the mend."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.functional.bank import Bank
from tests.pubsub_fixtures import embedded_only
from tests.worker_process import run_to_its_end

pytestmark = pytest.mark.functional


def only_line(environment: Mapping[str, str]) -> str:
    """Run a worker that cannot start; give the one line that says why."""
    code, output = run_to_its_end(environment)
    assert code == 1, output
    assert "Traceback" not in output
    lines = [line for line in output.splitlines() if line.startswith("churn: ")]
    assert len(lines) == 1, output
    return lines[0]


def without_model(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("CHURN_GCS")}


@embedded_only
def test_a_missing_model_names_the_setting(bank: Bank, tmp_path: Path) -> None:
    missing = tmp_path / "none.pkl"
    changed = {**without_model(bank.environment), "CHURN_MODEL__URI": str(missing)}
    line = only_line(changed)
    assert "model.uri" in line
    assert str(missing) in line


@embedded_only
def test_a_wrong_subscription_names_the_setting(bank: Bank) -> None:
    line = only_line({**bank.environment, "CHURN_PUBSUB__SUBSCRIPTION": "wrong-name"})
    assert "pubsub.subscription" in line
    assert "wrong-name" in line


@pytest.mark.parametrize("setting", ["alert_topic", "dead_letter_topic"])
@embedded_only
def test_a_missing_output_topic_names_the_setting(bank: Bank, setting: str) -> None:
    line = only_line({**bank.environment, f"CHURN_PUBSUB__{setting.upper()}": "wrong-name"})
    assert f"pubsub.{setting}" in line
    assert "wrong-name" in line


@embedded_only
def test_a_wrong_key_in_the_settings_file_names_the_nearest(bank: Bank, tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text("postgresql:\n  hostnam: db\n")
    line = only_line({**bank.environment, "CHURN_CONFIG": str(config)})
    assert "postgresql.hostname" in line
    assert "config.yml" in line


@embedded_only
def test_more_attempts_than_the_subscription_allows_are_refused(bank: Bank) -> None:
    line = only_line({**bank.environment, "CHURN_PUBSUB__MAX_DELIVERY_ATTEMPTS": "10"})
    assert "pubsub.max_delivery_attempts" in line
