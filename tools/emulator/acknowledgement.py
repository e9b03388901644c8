"""The results of an acknowledgement, or of a changed deadline, as the API tells them."""

from collections.abc import Iterable
from typing import Any

from tools.emulator.ack_results import AckFailure, AckResults
from tools.emulator.errors import RefusedAckIds


def refuse_failed(results: AckResults) -> None:
    """Answer a unary request.

    Raises:
        RefusedAckIds: some of its ack ids failed.
    """
    if not results.refused:
        return
    text = (
        "some ack ids of the request are malformed, or no longer the latest of their message"
        if results.failed(AckFailure.INVALID)
        else "some ack ids of the request came before those of earlier messages of their key"
    )
    reasons = {ack_id: failure.value for ack_id, failure in results.refused.items()}
    raise RefusedAckIds(text, reasons)


def confirm(confirmation: Any, ack_ids: Iterable[str], results: AckResults) -> None:
    """Add to a confirmation of StreamingPull; deadlines know no order."""
    confirmation.ack_ids.extend(results.succeeded(ack_ids))
    confirmation.invalid_ack_ids.extend(results.failed(AckFailure.INVALID))
    if unordered := results.failed(AckFailure.UNORDERED):
        confirmation.unordered_ack_ids.extend(unordered)
