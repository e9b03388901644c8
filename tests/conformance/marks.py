"""The marks of a conformance test: the page it checks, and where Google's emulator differs.

A test of ``tests/contract/pubsub`` is named after the sentence that it checks, and is marked with
the page of the service's documentation that has the sentence. ``differs`` says that Google's
emulator does something else: there the test is skipped, or, with ``--conformance``, must fail.
"""

import re

import pytest

_GUIDE = "https://cloud.google.com/pubsub/docs/"
_REFERENCE = _GUIDE + "reference/rpc/google.pubsub.v1#google.pubsub.v1."

PAGES = {
    "Access control": _GUIDE + "access-control",
    "Associate a schema with a topic": _GUIDE + "associate-schema-topic",
    "Create a topic": _GUIDE + "create-topic",
    "Create pull subscriptions": _GUIDE + "create-subscription",
    "CreateSchemaRequest": _REFERENCE + "CreateSchemaRequest",
    "Dead-letter topics": _GUIDE + "dead-letter-topics",
    "Delete a schema for a topic": _GUIDE + "delete-schema",
    "Detach subscriptions": _GUIDE + "detach-subscriptions",
    "Error codes": _GUIDE + "reference/error-codes",
    "Exactly-once delivery": _GUIDE + "exactly-once-delivery",
    "Extend ack time with lease management": _GUIDE + "lease-management",
    "Filter messages from a subscription": _GUIDE + "subscription-message-filter",
    "GetSchemaRequest": _REFERENCE + "GetSchemaRequest",
    "Handle message failures": _GUIDE + "handling-failures",
    "ListSchemasRequest": _REFERENCE + "ListSchemasRequest",
    "ListTopicsRequest": _REFERENCE + "ListTopicsRequest",
    "Order messages": _GUIDE + "ordering",
    "Parse messages from a topic with a schema": _GUIDE + "schemas-valid",
    "Publish messages to topics": _GUIDE + "publisher",
    "Pull subscriptions": _GUIDE + "pull",
    "Pub/Sub client libraries": _GUIDE + "reference/libraries",
    "PubsubMessage": _REFERENCE + "PubsubMessage",
    "Quotas and limits": "https://cloud.google.com/pubsub/quotas",
    "Replay and purge messages with seek": _GUIDE + "replay-overview",
    "Schema overview": _GUIDE + "schemas",
    "SchemaSettings": _REFERENCE + "SchemaSettings",
    "StreamingPullRequest": _REFERENCE + "StreamingPullRequest",
    "Subscription": _REFERENCE + "Subscription",
    "Subscription overview": _GUIDE + "subscription-overview",
    "Subscription properties": _GUIDE + "subscription-properties",
    "Test apps locally with the emulator": _GUIDE + "emulator",
    "Topic": _REFERENCE + "Topic",
    "ValidateMessageRequest": _REFERENCE + "ValidateMessageRequest",
}
"""Title and address of each page that tests are named after; single words are API messages."""


def documented(page: str) -> pytest.MarkDecorator:
    """Mark a test, or a module by ``pytestmark``, with the page that has its sentence.

    Raises:
        KeyError: the page is none of ``PAGES``; add it there with its address.
    """
    return pytest.mark.documented(page, PAGES[page])


def differs(*, official: str, always: bool = True) -> pytest.MarkDecorator:
    """Mark a test with what Google's emulator does instead of what the test's name says.

    Where it does so now and then only, ``always`` is False: then the test may pass there too.
    """
    return pytest.mark.differs(official=official, always=always)


def in_words(test: str) -> str:
    """Give the sentence that a test function is named after: ``test_a_topic_s_id_is…``."""
    words = test.removeprefix("test_").replace("_", " ")
    return re.sub(r"(?<=\w) s (?=\w)", "'s ", words)
