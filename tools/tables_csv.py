"""The two tables as CSV files, read strictly: a wrong value is an error, never a guess.

Values obey the same rules as events (``schemas.events``). An empty field is null. Texts of errors
name file, line and column, and never repeat a value: it may be a name.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic import ValidationError as InvalidRow

from schemas.events import Amount, Count, Country, IsoDate, WholeNumber
from schemas.tables import MAX_ID, Sex, YesNo
from tools.errors import BadInput

_WHOLE = re.compile(r"([+-]?[0-9]{1,40})(\.0*)?")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def _number(text: Any) -> Any:
    """Turn the text of a number into one; leave anything else for the next check to refuse."""
    if not isinstance(text, str):
        return text
    if whole := _WHOLE.fullmatch(text):
        return int(whole[1])
    return float(text) if _DECIMAL.fullmatch(text) else text


_Id = Annotated[WholeNumber, Field(ge=-MAX_ID - 1, le=MAX_ID), BeforeValidator(_number)]
_Count = Annotated[Count, BeforeValidator(_number)]
_Amount = Annotated[Amount, BeforeValidator(_number)]
_Name = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class CustomerRow(BaseModel):
    """One line of the customer file; the name never shows in a ``repr``."""

    model_config = ConfigDict(frozen=True)

    id_client: _Id
    date_entree: IsoDate | None
    nom: Annotated[_Name | None, Field(repr=False)]
    pays: Country | None
    sexe: Sex | None
    age: _Count | None
    membre_actif: YesNo | None


class IndicatorsRow(BaseModel):
    """One line of the indicators file."""

    model_config = ConfigDict(frozen=True)

    id_client: _Id
    balance: _Amount | None
    nb_produits: _Count | None
    carte_credit: YesNo | None
    salaire: _Amount | None
    score_credit: _Amount | None
    churn: YesNo | None


Row = TypeVar("Row", CustomerRow, IndicatorsRow)


def read_customers(path: Path) -> Iterator[CustomerRow]:
    """Read a customer file row by row.

    Args:
        path: UTF-8 CSV with a header; names of columns in any case and order, others ignored.

    Raises:
        BadInput: the file cannot be read, lacks a column, repeats an id or holds a wrong value.
    """
    return _read(path, CustomerRow)


def read_indicators(path: Path) -> Iterator[IndicatorsRow]:
    """Read an indicators file row by row, by the rules of :func:`read_customers`.

    Raises:
        BadInput: the file cannot be read, lacks a column, repeats an id or holds a wrong value.
    """
    return _read(path, IndicatorsRow)


def _read(path: Path, row_type: type[Row]) -> Iterator[Row]:
    seen: set[int] = set()
    for line, record in _records(path, tuple(row_type.model_fields)):
        row = _row(record, row_type, where=f"{path}:{line}")
        if row.id_client in seen:
            raise BadInput(
                f"{path}:{line}: column ID_CLIENT: must be unique, but an earlier line "
                "has the same id; remove one of the two"
            )
        seen.add(row.id_client)
        yield row


def _row(record: Mapping[str, str | None], row_type: type[Row], *, where: str) -> Row:
    try:
        return row_type.model_validate(record)
    except InvalidRow as invalid:
        first = invalid.errors(include_input=False, include_url=False)[0]
        column = str(first["loc"][0]).upper()
        raise BadInput(f"{where}: column {column}: {_told(first['msg'], first['type'])}") from None


def _told(message: str, kind: str) -> str:
    """Word one of pydantic's messages as this module words its own."""
    if kind == "string_pattern_mismatch":
        return "must not contain control characters"
    message = re.sub(r"^(Input|String) should ", "must ", message.removeprefix("Value error, "))
    return message if message.startswith("must ") else f"must be a valid value: {message}"


def _records(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield line number and fields by lower-case column name; an empty field is None."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = _header(next(reader, []), path, columns)
            for fields in reader:
                if not fields:
                    continue
                if len(fields) != len(header):
                    raise BadInput(
                        f"{path}:{reader.line_num}: must have {len(header)} fields like the "
                        f"header, but has {len(fields)}; put quotes around a field with a comma"
                    )
                by_name = dict(zip(header, fields, strict=True))
                yield reader.line_num, {name: by_name[name] or None for name in columns}
    except OSError as problem:
        raise BadInput(f"{path}: cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        where = f"{path}:{_first_line_in_another_encoding(path)}"
        raise BadInput(f"{where}: must be UTF-8 text; save the file as UTF-8") from problem
    except csv.Error as problem:
        raise BadInput(f"{path}:{reader.line_num}: is no well-formed CSV: {problem}") from problem


def _first_line_in_another_encoding(path: Path) -> int:
    """Look once more: the reader decodes in blocks, and so is ahead of the line it reads."""
    with path.open("rb") as file:
        return next(
            number
            for number, line in enumerate(file, start=1)
            if line.decode(errors="ignore").encode() != line
        )


def _header(fields: list[str], path: Path, columns: tuple[str, ...]) -> list[str]:
    names = [field.strip().lower() for field in fields]
    missing = [name.upper() for name in columns if name not in names]
    if missing:
        raise BadInput(f"{path}:1: lacks the column {', '.join(missing)}; add it to the header")
    repeated = sorted({name.upper() for name in names if names.count(name) > 1})
    if repeated:
        raise BadInput(f"{path}:1: has the column {', '.join(repeated)} twice; remove one")
    return names
