"""Write the JSON Schema and Avro files: ``python -m schemas.export`` (or ``make schemas``)."""

import json
from pathlib import Path

from pydantic import BaseModel

from schemas.alerts import ChurnAlert
from schemas.avro import avro_schema
from schemas.events import CustomerUpdate, StructuredEvent
from schemas.json_schema import json_schema
from schemas.manifest import Manifest

EXPORTED = Path(__file__).parent / "exported"

JSON_SCHEMAS: dict[str, type[BaseModel]] = {
    "customer_update": CustomerUpdate,
    "structured_event": StructuredEvent,
    "churn_alert": ChurnAlert,
    "manifest": Manifest,
}
AVRO_SCHEMAS: dict[str, type[BaseModel]] = {
    "customer_update": CustomerUpdate,
    "churn_alert": ChurnAlert,
}


def exported() -> dict[str, str]:
    """Generate every file of ``schemas/exported``: file name to content, always the same."""
    files = {f"{name}.json": json_schema(model, name=name) for name, model in JSON_SCHEMAS.items()}
    avro = {f"{name}.avsc": avro_schema(model) for name, model in AVRO_SCHEMAS.items()}
    return {name: json.dumps(schema, indent=2) + "\n" for name, schema in (files | avro).items()}


def write(folder: Path = EXPORTED) -> None:
    """Write the files, and delete those that are no longer made."""
    files = exported()
    folder.mkdir(exist_ok=True)
    for stale in {path.name for path in folder.iterdir()} - files.keys():
        (folder / stale).unlink()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write()
