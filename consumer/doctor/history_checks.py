"""Are the score history's tables there, of the right version, and the worker's to write?"""

from collections.abc import Callable

import sqlalchemy

from consumer.database import translated
from consumer.doctor.checks import Check, Finding, fail, skip, warn
from consumer.history import schema_of
from consumer.history.schema import MEND
from consumer.settings import HistorySettings

RIGHTS = "SELECT, INSERT, UPDATE, DELETE ON score_history, alert_state"

_MISSING_RIGHTS = sqlalchemy.text("""
    SELECT "table", privilege
      FROM (VALUES ('score_history'), ('alert_state')) AS tables ("table"),
           (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS needed (privilege)
     WHERE NOT has_table_privilege("table", privilege)
     ORDER BY "table" DESC, privilege
""")


class HistoryChecks:
    """Checks over the history; without it, only whether its tables are old."""

    def __init__(self, history: HistorySettings, engine: Callable[[], sqlalchemy.Engine]) -> None:
        self._enabled = history.enabled
        self._engine = engine

    def all(self) -> list[Check]:
        """Give the checks in the order to ask them."""
        version = Check("history version", self._version, needs=("database",))
        rights = Check("history rights", self._rights, needs=("history version",))
        return [version, rights] if self._enabled else [version]

    def _version(self) -> Finding:
        schema = schema_of(self._engine())
        if schema.is_current:
            return Finding(f"the score history is at version {schema.version}")
        detail = f"the score history is at version {schema.version} of {schema.needed}"
        if self._enabled:
            return fail(detail, MEND)
        if schema.version == 0:
            return skip("there is no score history, and history.enabled is false")
        return warn(f"{detail}, and history.enabled is false", MEND)

    def _rights(self) -> Finding:
        with translated(), self._engine().connect() as connection:
            missing = connection.execute(_MISSING_RIGHTS).all()
        if missing:
            listed = ", ".join(f"{right} on {table}" for table, right in missing)
            return fail(f"the worker lacks {listed}", f"GRANT {RIGHTS} TO the worker's role")
        return Finding("its tables can be read and written")
