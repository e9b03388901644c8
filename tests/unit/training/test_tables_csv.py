from datetime import date
from pathlib import Path

import pytest

from tools.errors import BadInput
from tools.tables_csv import read_customers, read_indicators

CUSTOMER_HEADER = "ID_CLIENT,DATE_ENTREE,NOM,PAYS,SEXE,AGE,MEMBRE_ACTIF"
INDICATORS_HEADER = "id_client,balance,nb_produits,carte_credit,salaire,score_credit,churn"


def write(folder: Path, *lines: str) -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def refusal_of_customers(path: Path) -> str:
    with pytest.raises(BadInput) as refused:
        list(read_customers(path))
    return str(refused.value).replace(str(path), "FILE")


def test_a_customer_is_read_with_its_types(tmp_path: Path) -> None:
    path = write(tmp_path, CUSTOMER_HEADER, "15634602,2018-06-01,Belor,France,F,42,Yes")
    (row,) = read_customers(path)
    assert (row.id_client, row.date_entree, row.nom) == (15634602, date(2018, 6, 1), "Belor")
    assert (row.pays, row.sexe, row.age, row.membre_actif) == ("France", "F", 42, "Yes")


def test_indicators_are_read_with_their_types(tmp_path: Path) -> None:
    (row,) = read_indicators(write(tmp_path, INDICATORS_HEADER, "7,83807.86,1.0,No,1e5,619.0,Yes"))
    assert (row.balance, row.nb_produits, row.carte_credit) == (83807.86, 1, "No")
    assert (row.salaire, row.score_credit, row.churn) == (100_000.0, 619.0, "Yes")


def test_an_empty_field_is_null_and_only_an_empty_one(tmp_path: Path) -> None:
    path = write(tmp_path, CUSTOMER_HEADER, "1,,,,,,", "2,,NA,NA,,,")
    empty, country_code = read_customers(path)
    assert empty.model_dump(exclude={"id_client"}) == dict.fromkeys(
        ("date_entree", "nom", "pays", "sexe", "age", "membre_actif")
    )
    assert (country_code.nom, country_code.pays) == ("NA", "NA")


def test_columns_may_stand_in_any_order_and_case_beside_others(tmp_path: Path) -> None:
    header = "Extra,membre_actif,AGE,sexe,pays,nom,Date_Entree,id_client"
    (row,) = read_customers(write(tmp_path, header, "x,No,30,H,Espagne,Ru,2020-01-02,9"))
    assert (row.id_client, row.age, row.date_entree) == (9, 30, date(2020, 1, 2))


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{CUSTOMER_HEADER}\r\n1,,,,,,\r\n".encode())
    assert [row.id_client for row in read_customers(path)] == [1]


def test_a_whole_number_keeps_every_digit(tmp_path: Path) -> None:
    path = write(tmp_path, CUSTOMER_HEADER, "9007199254740993.0,,,,,,")
    assert [row.id_client for row in read_customers(path)] == [9007199254740993]


def test_a_name_shows_in_no_repr(tmp_path: Path) -> None:
    (row,) = read_customers(write(tmp_path, CUSTOMER_HEADER, "1,,Belor,,,,"))
    assert "Belor" not in repr(row)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("x,,,,,,", "FILE:3: column ID_CLIENT: must be a whole number"),
        (",,,,,,", "FILE:3: column ID_CLIENT: must be a valid integer"),
        ("9223372036854775808,,,,,,", "FILE:3: column ID_CLIENT: must be less than or equal to"),
        ("2,20180601,,,,,", "FILE:3: column DATE_ENTREE: must be a date like 2018-06-01"),
        ("2,2018-02-30,,,,,", "FILE:3: column DATE_ENTREE: must be a valid value: day is out of"),
        (f"2,,,{'x' * 65},,,", "FILE:3: column PAYS: must have at most 64 characters"),
        ("2,,,,X,,", "FILE:3: column SEXE: must be 'H' or 'F'"),
        ("2,,,,,4.5,", "FILE:3: column AGE: must be"),
        ("2,,,,,1_0,", "FILE:3: column AGE: must be a whole number"),
        ("2,,,,,-1,", "FILE:3: column AGE: must be greater than or equal to 0"),
        ("2,,,,,,yes", "FILE:3: column MEMBRE_ACTIF: must be 'Yes' or 'No'"),
        ("2,,,a\tb,,,", "FILE:3: column PAYS: must not contain control characters"),
        ("1,,,,,,", "FILE:3: column ID_CLIENT: must be unique"),
        ("2,,Belor, Ada,,,,", "FILE:3: must have 7 fields like the header, but has 8"),
        ('2,,"Be"lor,,,,', "FILE:3: is no well-formed CSV"),
    ],
)
def test_a_wrong_line_is_refused_by_name(tmp_path: Path, line: str, text: str) -> None:
    refusal = refusal_of_customers(write(tmp_path, CUSTOMER_HEADER, "1,,,,,,", line))
    assert refusal.startswith(text)
    assert "\n" not in refusal
    assert "Be" not in refusal


@pytest.mark.parametrize("amount", ["nan", "inf", "1e999", "1 000", "٣", "12,5"])
def test_what_is_no_amount_is_refused(tmp_path: Path, amount: str) -> None:
    path = write(tmp_path, INDICATORS_HEADER, f'1,"{amount}",,,,,')
    with pytest.raises(BadInput, match=r"table\.csv:2: column BALANCE: must be"):
        list(read_indicators(path))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "ID_CLIENT,DATE_ENTREE,NOM,PAYS,SEXE,MEMBRE_ACTIF", "1,,,,,")
    assert refusal_of_customers(path).startswith("FILE:1: lacks the column AGE;")


def test_a_repeated_column_is_named(tmp_path: Path) -> None:
    assert "column AGE twice" in refusal_of_customers(write(tmp_path, CUSTOMER_HEADER + ",age"))


def test_an_empty_file_lacks_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    assert "lacks the column ID_CLIENT" in refusal_of_customers(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refusal_of_customers(tmp_path / "none.csv").startswith("FILE: cannot be read: No such")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(f"{CUSTOMER_HEADER}\n1,,E,,,,\n2,,É,,,,\n".encode("latin-1"))
    assert "FILE:3: must be UTF-8" in refusal_of_customers(path)
