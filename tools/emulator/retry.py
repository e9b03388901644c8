"""When a failed message may come again ("Handle message failures", Pub/Sub documentation)."""

from tools.emulator.settings import RetryPolicy


def backoff(policy: RetryPolicy | None, failures: int) -> int:
    """Give the delay before the next delivery, in nanoseconds.

    Without a policy a message comes again at once. With one the delay begins at the minimum and
    doubles with each failure up to the maximum.
    """
    if policy is None:
        return 0
    doublings = min(failures - 1, 62)
    return min(policy.minimum_backoff << doublings, policy.maximum_backoff)
