"""The filter language of subscriptions ("Filter messages from a subscription").

A filter chooses messages by their attributes: ``attributes:key``, ``attributes.key = "value"``,
``attributes.key != "value"``, ``hasPrefix(attributes.key, "start")``, joined by ``AND``, ``OR`` and
``NOT``. Where that page is silent, the grammar of AIP-160, "Filtering", decides.
"""

from tools.emulator.filters.filter import MAX_FILTER_BYTES, Filter, compiled

__all__ = ["MAX_FILTER_BYTES", "Filter", "compiled"]
