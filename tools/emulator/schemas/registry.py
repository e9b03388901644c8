"""All schemas of the server, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from tools.emulator.clock import Clock
from tools.emulator.errors import AlreadyExists, NotFound
from tools.emulator.schemas.avro_types import AvroType
from tools.emulator.schemas.definition import read_definition


@dataclass(slots=True, eq=False)
class Schema:
    """A schema and its one revision, which was created at ``create_time`` (nanoseconds).

    Topics and messages hold on to it: ``deleted`` tells them that it is gone, even where another
    schema has taken its name.
    """

    name: str
    definition: str
    type: AvroType
    revision_id: str
    create_time: int
    deleted: bool = False


def new_revision_id() -> str:
    """Give eight characters that no other revision has."""
    return uuid4().hex[:8]


class Schemas:
    """The registry. Schemas have one revision here: they are created and deleted as a whole."""

    def __init__(
        self, *, clock: Clock, new_revision_id: Callable[[], str] = new_revision_id
    ) -> None:
        self._clock = clock
        self._new_revision_id = new_revision_id
        self._schemas: dict[str, Schema] = {}

    def create(self, name: str, definition: str) -> Schema:
        """Create an Avro schema.

        Raises:
            AlreadyExists: there is one of that name.
            InvalidArgument: the definition is none.
        """
        if name in self._schemas:
            raise AlreadyExists(f"schema {name} exists already")
        schema_type = read_definition(definition)
        schema = Schema(name, definition, schema_type, self._new_revision_id(), self._clock())
        self._schemas[name] = schema
        return schema

    def get(self, name: str, revision_id: str = "") -> Schema:
        """Find a schema, and its revision where one is named.

        Raises:
            NotFound: there is none of that name, or it has no such revision.
        """
        if name not in self._schemas:
            raise NotFound(f"no schema {name}: create it first")
        schema = self._schemas[name]
        if revision_id not in ("", schema.revision_id):
            raise NotFound(
                f"schema {name} has the revision {schema.revision_id} and no {revision_id}:"
                " in the embedded emulator a schema has one revision"
            )
        return schema

    def names(self, project: str) -> list[str]:
        """Name the schemas of ``projects/PROJECT``."""
        return [name for name in self._schemas if name.startswith(f"{project}/")]

    def delete(self, name: str) -> None:
        """Delete a schema; topics that have it take no more messages.

        Raises:
            NotFound: there is none of that name.
        """
        self.get(name).deleted = True
        del self._schemas[name]
