"""The names that rules may use are those that there are."""

import json
from importlib.resources import files
from typing import get_args

import grpc

from tools.emulator.faults.rpcs import Rpc, Status

PERMISSIONS = {"GetIamPolicy", "SetIamPolicy", "TestIamPermissions"}


def test_a_rule_can_name_every_method_that_google_s_clients_have_and_no_other() -> None:
    metadata = json.loads(files("google.pubsub_v1").joinpath("gapic_metadata.json").read_text())
    methods = {
        method
        for service in metadata["services"].values()
        for method in service["clients"]["grpc"]["rpcs"]
    }
    assert set(get_args(Rpc)) == methods | PERMISSIONS


def test_a_rule_can_name_every_status_but_ok() -> None:
    assert set(get_args(Status)) == {status.name for status in grpc.StatusCode} - {"OK"}
