"""A topic's schema: what may be published there, and what subscribers are told.

"Associate a schema with a topic" and "Parse messages from a topic with a schema" in the Pub/Sub
documentation.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tools.emulator.errors import NotFound
from tools.emulator.schemas.encoding import Encoding, check_message
from tools.emulator.schemas.registry import Schema

DELETED_SCHEMA = "_deleted-schema_"
DELETED_REVISION = "_deleted-schema-revision_"

NAME_ATTRIBUTE = "googclient_schemaname"
ENCODING_ATTRIBUTE = "googclient_schemaencoding"
REVISION_ATTRIBUTE = "googclient_schemarevisionid"


@dataclass(frozen=True, slots=True)
class TopicSchema:
    """The schema and encoding of a topic's messages, and the range of revisions that was asked."""

    schema: Schema
    encoding: Encoding
    first_revision_id: str = ""
    last_revision_id: str = ""

    @property
    def deleted(self) -> bool:
        """Whether the schema is gone."""
        return self.schema.deleted

    @property
    def name(self) -> str:
        """The schema's name, as the topic shows it."""
        return DELETED_SCHEMA if self.deleted else self.schema.name

    def check(self, messages: Iterable[bytes]) -> None:
        """Check the data of the messages of one publish request.

        Raises:
            InvalidArgument: one of them does not fit.
            NotFound: the schema was deleted.
        """
        if self.deleted:
            raise NotFound(
                f"the topic's schema {self.schema.name} was deleted: give the topic another or none"
            )
        for number, data in enumerate(messages, 1):
            check_message(data, self.schema.type, self.encoding, what=f"message {number}")

    def attributes(self) -> dict[str, str]:
        """Give what the service adds to the attributes of a message."""
        return {
            NAME_ATTRIBUTE: self.schema.name,
            ENCODING_ATTRIBUTE: self.encoding.value,
            REVISION_ATTRIBUTE: self.schema.revision_id,
        }


DELETED_ATTRIBUTES = {NAME_ATTRIBUTE: DELETED_SCHEMA, REVISION_ATTRIBUTE: DELETED_REVISION}
"""What a message says instead once its schema is deleted."""
