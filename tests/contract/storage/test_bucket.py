"""The worker's model comes out of a real bucket."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from consumer.errors import (
    AccessDenied,
    BadModel,
    BadSettings,
    ChurnError,
    ResourceMissing,
    StorageDown,
)
from consumer.frames import frame_of
from consumer.model import current_generation, load_model
from consumer.model.source import fetch
from tests.contract.storage.answers import Answers
from tests.unit.model.stored_models import COLUMNS, GOLDEN, manifest_of, trained
from tools.stack.storage import Storage

BLOB = "model/Trial.pkl"
MANIFEST = "model/Trial.pkl.manifest.json"
OBJECT_PATH = "/storage/v1/b/bank-models/o/"
DOWNLOAD_PATH = "/download/storage/v1/b/bank-models/o/"


@pytest.fixture
def stored(storage: Storage, bucket: str) -> str:
    """A model with its manifest in a bucket; its URI."""
    estimator = trained()
    content = pickle.dumps(estimator)
    storage.upload(bucket, BLOB, content)
    storage.upload(bucket, MANIFEST, manifest_of(content, estimator).model_dump_json().encode())
    return f"gs://{bucket}/{BLOB}"


def test_a_model_is_loaded_from_a_bucket(stored: str) -> None:
    model = load_model(stored)
    assert (model.reference.name, model.columns, model.threshold) == ("Trial", COLUMNS, 0.4)
    assert np.isfinite(model.score(frame_of(COLUMNS, GOLDEN))).all()


def test_a_missing_object_is_named(bucket: str) -> None:
    with pytest.raises(BadModel) as refused:
        load_model(f"gs://{bucket}/model/none.pkl")
    assert str(refused.value) == (
        f"gs://{bucket}/model/none.pkl does not exist; upload the model there or mend gcs.blob "
        "(or model.uri)"
    )


@pytest.mark.usefixtures("bucket")
def test_a_missing_bucket_is_named() -> None:
    with pytest.raises(ResourceMissing, match=r"the bucket no-such-bucket .* mend gcs\.bucket"):
        load_model("gs://no-such-bucket/model.pkl")


@pytest.mark.parametrize("name", ["model.pkl", "a b/ü#?%2F.pkl", "deep/er/than/that.pkl"])
def test_an_object_may_have_any_name(storage: Storage, bucket: str, name: str) -> None:
    storage.upload(bucket, name, b"content")
    assert fetch(f"gs://{bucket}/{name}").pickle == b"content"


def test_without_a_manifest_there_is_none(storage: Storage, bucket: str) -> None:
    storage.upload(bucket, BLOB, b"content")
    assert fetch(f"gs://{bucket}/{BLOB}").manifest is None


def test_an_empty_object_is_no_model(storage: Storage, bucket: str) -> None:
    storage.upload(bucket, BLOB, b"")
    with pytest.raises(BadModel, match=r"has no manifest beside it"):
        load_model(f"gs://{bucket}/{BLOB}")


def test_a_replaced_object_is_seen_at_once(storage: Storage, stored: str) -> None:
    before = fetch(stored)
    bucket = stored.split("/")[2]
    generation = storage.upload(bucket, BLOB, b"newer")
    after = fetch(stored)
    assert before.pickle != b"newer"
    assert after.pickle == b"newer"
    assert after.generation.startswith(f"{generation}/")
    assert after.generation != before.generation


def test_the_current_generation_tells_when_to_load_anew(storage: Storage, stored: str) -> None:
    bucket = stored.split("/")[2]
    loaded = load_model(stored)
    assert current_generation(stored) == loaded.generation
    storage.upload(bucket, MANIFEST, b"{}")
    assert current_generation(stored) != loaded.generation


def test_a_pickle_that_was_replaced_alone_is_refused(storage: Storage, stored: str) -> None:
    storage.upload(stored.split("/")[2], BLOB, pickle.dumps(trained()[-1]))
    with pytest.raises(BadModel, match=r"upload the pickle and its manifest again"):
        load_model(stored)


def test_a_digest_in_the_settings_rules_out_a_swap_of_both(storage: Storage, stored: str) -> None:
    pinned = load_model(stored).reference.sha256
    bucket = stored.split("/")[2]
    other = trained().set_params(histgradientboostingclassifier__max_iter=3)
    content = pickle.dumps(other)
    storage.upload(bucket, BLOB, content)
    storage.upload(bucket, MANIFEST, manifest_of(content, other).model_dump_json().encode())
    load_model(stored)
    with pytest.raises(BadModel, match=f"model.sha256 pins {pinned}"):
        load_model(stored, sha256=pinned)


def test_an_outage_is_told_within_seconds_and_over_when_the_server_is_back(
    storage: Storage, stored: str
) -> None:
    storage.stop()
    with pytest.raises(StorageDown, match=f"^{stored}: Cloud Storage cannot be reached"):
        load_model(stored)
    storage.start()
    assert load_model(stored).reference.name == "Trial"


def test_an_emulator_address_without_http_is_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "127.0.0.1:1")
    with pytest.raises(BadSettings, match="STORAGE_EMULATOR_HOST"):
        load_model("gs://bank-models/model.pkl")


def test_missing_credentials_are_told_with_the_ways_to_get_some(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(AccessDenied, match=r"no usable Google credentials.*Workload Identity"):
        load_model("gs://bank-models/model.pkl")


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, BadSettings), (401, AccessDenied), (403, AccessDenied), (501, BadSettings)],
)
def test_what_the_service_answers_is_translated(
    answers: Answers, status: int, expected: type[ChurnError]
) -> None:
    answers.script["/"] = (status, b"{}")
    with pytest.raises(expected, match=r"^gs://bank-models/model\.pkl: "):
        load_model("gs://bank-models/model.pkl")


def test_a_reader_that_may_not_see_the_bucket_still_learns_that_the_object_is_missing(
    answers: Answers,
) -> None:
    answers.script["/"] = (403, b"{}")
    answers.script[OBJECT_PATH] = (404, b"{}")
    with pytest.raises(BadModel, match="does not exist"):
        load_model("gs://bank-models/model.pkl")


def test_an_object_that_is_replaced_while_it_is_read_is_tried_again(answers: Answers) -> None:
    about = {
        "name": "model.pkl",
        "bucket": "bank-models",
        "generation": "1",
        "mediaLink": f"{answers.address}{DOWNLOAD_PATH}model.pkl?generation=1&alt=media",
    }
    answers.script[OBJECT_PATH] = (200, json.dumps(about).encode())
    answers.script[DOWNLOAD_PATH] = (404, b"{}")
    with pytest.raises(StorageDown, match="was replaced while it was read"):
        load_model("gs://bank-models/model.pkl")
