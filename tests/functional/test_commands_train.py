"""`churn train` from the database into the bucket, and a worker that takes the model."""

import json
from pathlib import Path

import pytest

from tests.churn_command import churn
from tests.functional.bank import Bank, event
from tests.pubsub_fixtures import embedded_only
from tools.stack.storage import Storage

pytestmark = pytest.mark.functional

NEEDS_STORAGE = pytest.mark.skipif(
    not Storage.available(), reason="there is no Cloud Storage server for this machine"
)


@NEEDS_STORAGE
@embedded_only
def test_a_model_trained_from_the_database_and_pushed_is_what_the_worker_scores_with(
    bank: Bank, tmp_path: Path
) -> None:
    target = f"gs://{bank.environment['CHURN_GCS__BUCKET']}/{bank.environment['CHURN_GCS__BLOB']}"
    done = churn(
        *("train", "--from-database", "-o", tmp_path, "--version", "pushed", "--repeats", 1),
        *("--push", target, "--pushed-by", "ada", "--json"),
        environment=bank.environment,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["pushed"]["uri"] == target
    bank.publish([event(f"e-{each}", id_client=each) for each in bank.customers[:60]])
    with bank.worker():
        (alert,) = bank.take_alerts(1)
    assert (alert.model.version, alert.model.sha256) == ("pushed", report["sha256"])
