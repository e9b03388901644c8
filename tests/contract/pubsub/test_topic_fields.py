"""Fields of a topic that nothing on one machine depends on ("Topic" in the API reference)."""

import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud.pubsub_v1 import PublisherClient

from tests.conformance.marks import differs, documented

pytestmark = documented("Topic")

KEY = "projects/test/locations/europe-west1/keyRings/ring/cryptoKeys/key"
POLICY = {"allowed_persistence_regions": ["europe-west1", "europe-west9"]}


def test_a_topic_has_the_storage_policy_that_it_was_given(
    publisher: PublisherClient, project: str
) -> None:
    name = f"{project}/topics/updates"
    publisher.create_topic(request={"name": name, "message_storage_policy": POLICY})

    kept = publisher.get_topic(topic=name).message_storage_policy

    assert list(kept.allowed_persistence_regions) == POLICY["allowed_persistence_regions"]
    assert not kept.enforce_in_transit


@differs(official="it cannot update it")
def test_a_topic_s_storage_policy_can_be_updated_and_taken_away(
    publisher: PublisherClient, topic: str
) -> None:
    mask = {"paths": ["message_storage_policy"]}
    changed = {"name": topic, "message_storage_policy": {**POLICY, "enforce_in_transit": True}}

    updated = publisher.update_topic(request={"topic": changed, "update_mask": mask})
    assert updated.message_storage_policy.enforce_in_transit
    bare = publisher.update_topic(request={"topic": {"name": topic}, "update_mask": mask})
    assert "message_storage_policy" not in bare


@differs(official="it takes an empty list")
def test_a_storage_policy_without_a_region_is_not_valid(
    publisher: PublisherClient, project: str
) -> None:
    request = {
        "name": f"{project}/topics/nowhere",
        "message_storage_policy": {"allowed_persistence_regions": []},
    }

    with pytest.raises(InvalidArgument):
        publisher.create_topic(request=request)


def test_a_topic_has_the_encryption_key_that_it_was_given(
    publisher: PublisherClient, project: str
) -> None:
    name = f"{project}/topics/updates"

    publisher.create_topic(request={"name": name, "kms_key_name": KEY})

    assert publisher.get_topic(topic=name).kms_key_name == KEY


@differs(official="it takes any name")
def test_the_name_of_an_encryption_key_has_the_expected_format(
    publisher: PublisherClient, project: str
) -> None:
    request = {"name": f"{project}/topics/updates", "kms_key_name": "key"}

    with pytest.raises(InvalidArgument):
        publisher.create_topic(request=request)
