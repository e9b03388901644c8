"""``google.iam.v1.IAMPolicy``: everybody may do everything here."""

from typing import Any

import grpc

from tools.emulator.status import unary, unimplemented
from tools.emulator.wire import TestIamPermissionsRequest, TestIamPermissionsResponse

SERVICE = "google.iam.v1.IAMPolicy"


def handlers() -> dict[str, grpc.RpcMethodHandler]:
    """Every method of the service by name."""
    return {
        "TestIamPermissions": unary(TestIamPermissionsRequest, _all_held),
        "GetIamPolicy": unimplemented("access policies"),
        "SetIamPolicy": unimplemented("access policies"),
    }


def _all_held(request: Any) -> Any:
    return TestIamPermissionsResponse(permissions=request.permissions)
