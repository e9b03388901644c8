"""Why data does not fit a schema: in words of the schema, with nothing of the data."""

_LONGEST = 300
"""Characters of each half of the text: a status that is too long does not reach the client."""


class Misfit(Exception):
    """Data is not what the schema asks for.

    ``str(error)`` names the field by the schema's own names and what was expected there. Values,
    unknown field names and map keys are the publisher's, may be personal, and are left out.
    """

    def __init__(self, path: str, expected: str) -> None:
        where = f"field {path.removeprefix('.'):.{_LONGEST}}: " if path else ""
        super().__init__(f"{where}{expected:.{_LONGEST}}")
