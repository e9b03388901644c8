"""Updates: the fields that a mask names are taken from the request, the others stay."""

from collections.abc import Collection
from typing import Any

from tools.emulator.errors import InvalidArgument


def merged(current: Any, requested: Any, mask: Any, *, fixed: Collection[str]) -> Any:
    """Give ``current`` with the masked fields of ``requested``.

    Args:
        current: the resource as it is; it is changed in place.
        requested: the resource of the update request.
        mask: the update mask.
        fixed: fields that cannot be updated.

    Raises:
        InvalidArgument: the mask is empty, names an unknown field, or a fixed one.
    """
    if not mask.paths:
        raise InvalidArgument("update_mask names no field: name those to update")
    if not mask.IsValidForDescriptor(current.DESCRIPTOR):
        raise InvalidArgument(f"update_mask names an unknown field: {', '.join(mask.paths)}")
    for path in mask.paths:
        if path.split(".")[0] in fixed:
            raise InvalidArgument(f"{path} cannot be updated")
    mask.MergeMessage(requested, current, True, True)
    return current
