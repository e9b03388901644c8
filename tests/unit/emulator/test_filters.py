"""The filter language, example by example ("Filter messages from a subscription")."""

import pytest

from tools.emulator.errors import InvalidArgument
from tools.emulator.filters import compiled

NAMED = {"name": "com"}
OTHER = {"name": "net"}
TAGGED = {"name": "com", "iana.org/language_tag": "en"}
NOTHING: dict[str, str] = {}


@pytest.mark.parametrize(
    ("text", "matching", "others"),
    [
        ("attributes:name", [NAMED, OTHER, {"name": ""}], [NOTHING, {"Name": "com"}]),
        ("NOT attributes:name", [NOTHING, {"Name": "com"}], [NAMED, OTHER]),
        ("-attributes:name", [NOTHING], [NAMED]),
        ('attributes.name = "com"', [NAMED, TAGGED], [OTHER, NOTHING, {"name": "COM"}]),
        ('attributes.name != "com"', [OTHER, {"name": "Com"}], [NAMED]),
        ('NOT attributes.name = "com"', [OTHER, NOTHING], [NAMED]),
        ('hasPrefix(attributes.name, "co")', [NAMED, {"name": "co"}], [OTHER, NOTHING]),
        ('NOT hasPrefix(attributes.name, "co")', [OTHER, NOTHING], [NAMED]),
        ('hasPrefix(attributes.name, "")', [NAMED, {"name": ""}], [NOTHING]),
        ('attributes:"iana.org/language_tag"', [TAGGED], [NAMED]),
        ('attributes."iana.org/language_tag" = "en"', [TAGGED], [NAMED]),
        ('attributes:"iana.org/language_tag" AND attributes.name = "com"', [TAGGED], [NAMED]),
        ('attributes.name = "com" OR attributes.name = "net"', [NAMED, OTHER], [NOTHING]),
        ('attributes.name = "com" AND -attributes:"iana.org/language_tag"', [NAMED], [TAGGED]),
        ("attributes:a AND attributes:b AND attributes:c", [{"a": "", "b": "", "c": ""}], [NAMED]),
        (
            'attributes:"iana.org/language_tag" AND (attributes.name="net" OR attributes:com)',
            [
                {"iana.org/language_tag": "", "name": "net"},
                {"iana.org/language_tag": "", "com": ""},
            ],
            [TAGGED, OTHER],
        ),
        ("NOT attributes:a AND attributes:b", [{"b": ""}], [{"a": "", "b": ""}, NOTHING]),
        ("NOT (attributes:a AND attributes:b)", [{"b": ""}, NOTHING], [{"a": "", "b": ""}]),
        ("NOT (NOT attributes:name)", [NAMED], [NOTHING]),
        ("((attributes:name))", [NAMED], [NOTHING]),
    ],
)
def test_a_filter_chooses_by_attributes(
    text: str, matching: list[dict[str, str]], others: list[dict[str, str]]
) -> None:
    chosen = compiled(text)

    assert [chosen.matches(attributes) for attributes in matching] == [True] * len(matching)
    assert [chosen.matches(attributes) for attributes in others] == [False] * len(others)


def test_a_message_without_the_key_has_not_that_value() -> None:
    assert compiled('attributes.name != "com"').matches(NOTHING)


@pytest.mark.parametrize(
    "key", ["name", "ce-type", "customer_id", "2nd", "-", "-dash", "_", "AND", "NOT", "attributes"]
)
def test_a_bare_key_has_letters_digits_hyphens_and_underscores(key: str) -> None:
    assert compiled(f"attributes:{key}").matches({key: ""})
    assert compiled(f'attributes.{key} = "x"').matches({key: "x"})


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (r'"plain"', "plain"),
        (r"'plain'", "plain"),
        (r'""', ""),
        (r'"it\'s"', "it's"),
        (r'"' + "it's" + r'"', "it's"),
        (r'"a \"quoted\" word"', 'a "quoted" word'),
        (r'"back\\slash"', "back\\slash"),
        (r'"\a\b\f\n\r\t\v\?\`"', "\a\b\f\n\r\t\v?`"),
        (r'"\u307F\u3093\u306a"', "みんな"),
        (r'"\U0001F600"', "😀"),
        (r'"\x41\X41\101"', "AAA"),
        (r'"\xe9\351"', "éé"),
        (r'"\000"', "\0"),
        (r'"\ud7ff\ue000\U0010ffff"', "\ud7ff\ue000\U0010ffff"),
        (r'"\1011"', "A1"),
        ('"みんな 😀"', "みんな 😀"),
    ],
)
def test_a_string_literal_has_escapes(literal: str, text: str) -> None:
    assert compiled(f"attributes.name = {literal}").matches({"name": text})
    assert compiled(f"attributes:{literal}").matches({text: ""})
    assert compiled(f"hasPrefix(attributes.{literal}, {literal})").matches({text: text + "x"})


@pytest.mark.parametrize(
    "text",
    [
        '  attributes.name="com"  ',
        'attributes.name  =\t"com"',
        '(\nattributes.name = "com"\r\n)',
        'hasPrefix( attributes.name ,"com" )',
        'hasPrefix(attributes.name,"com")',
        'NOT(attributes.name!="com")',
    ],
)
def test_spaces_between_tokens_mean_nothing(text: str) -> None:
    assert compiled(text).matches(NAMED)
    assert not compiled(text).matches(OTHER)


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("", 1, "expected attributes"),
        ("   ", 4, "not the end"),
        ("name", 1, "expected attributes, hasPrefix or (, not 'name'"),
        ('"com" = attributes.name', 1, "expected attributes"),
        ("attributes", 11, ". or :"),
        ("attributes:", 12, "a key, not the end"),
        ("attributes.name", 16, "= or !="),
        ("attributes.name = com", 19, "a value in quotes, not 'com'"),
        ("attributes.name = attributes.website", 19, "a value in quotes"),
        ('attributes.name == "com"', 18, "a value in quotes, not '='"),
        ('attributes.name > "com"', 17, "unexpected '>'"),
        ('attributes:name = "com"', 17, "AND, OR or the end, not '='"),
        ("attributes:iana.org", 16, "AND, OR or the end, not '.'"),
        ("attributes:iana/org", 16, "put any other key into quotes"),
        (r"attributes:\u307F", 12, "put any other key into quotes"),
        ("attributes:é", 12, "unexpected '\\xe9'"),
        ('data = "x"', 1, "expected attributes"),
        ("attributes:a and attributes:b", 14, "AND, OR or the end, not 'and'"),
        ("not attributes:a", 1, "not 'not'"),
        ("attributes:a attributes:b", 14, "AND, OR or the end"),
        ("attributes:a AND", 17, "not the end"),
        ("AND attributes:a", 1, "not 'AND'"),
        ("NOT NOT attributes:a", 5, "not 'NOT'"),
        ("--attributes:a", 2, "not '-'"),
        ("attributes:a AND attributes:b OR attributes:c", 31, "expected parentheses"),
        ("attributes:a OR attributes:b AND attributes:c", 30, "expected parentheses"),
        ('attributes.name = "com" AND ("net" OR "org")', 30, "not 'net'"),
        ("(attributes:a", 14, "expected ')', not the end"),
        ("attributes:a)", 13, "AND, OR or the end, not ')'"),
        ("()", 2, "not ')'"),
        ('hasprefix(attributes.name, "co")', 1, "not 'hasprefix'"),
        ('hasSuffix(attributes.name, "om")', 1, "not 'hasSuffix'"),
        ('hasPrefix(name, "co")', 11, "expected attributes"),
        ('hasPrefix(attributes:name, "co")', 21, "expected '.'"),
        ("hasPrefix(attributes.name)", 26, "expected ','"),
        ("hasPrefix(attributes.name, co)", 28, "a value in quotes"),
        ('hasPrefix(attributes.name, "co"', 32, "expected ')'"),
        ('attributes.name = "com', 19, "closing quote"),
        ("attributes.name = \"com'", 19, "closing quote"),
        (r'attributes.name = "c\q"', 21, "backslash and 'q' is no escape"),
        ('attributes.name = "c\\\n"', 21, "backslash and '\\n' is no escape"),
        (r'attributes.name = "\x4"', 20, "is no escape"),
        (r'attributes.name = "\u12"', 20, "is no escape"),
        (r'attributes.name = "\400"', 20, "is no escape"),
        (r'attributes.name = "\ud800"', 20, r"\ud800 is no Unicode character"),
        (r'attributes.name = "\udfff"', 20, "is no Unicode character"),
        (r'attributes.name = "\U00110000"', 20, "is no Unicode character"),
        ('attributes.name = "a\nb"', 21, "escape the non-printing character '\\n'"),
    ],
)
def test_what_is_no_filter_is_refused_at_its_place(text: str, column: int, problem: str) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        compiled(text)

    said = str(refusal.value)
    assert said.startswith(f"filter, column {column}: ")
    assert problem in said
    assert "\n" not in said


def test_a_filter_has_256_bytes_at_most() -> None:
    longest = f'attributes.name = "{"é" * 118}"'
    assert len(longest.encode()) == 256

    assert compiled(longest).text == longest
    with pytest.raises(InvalidArgument, match="at most 256 bytes, this one has 257"):
        compiled(f"{longest} ")


def test_the_deepest_filter_of_256_bytes_is_applied() -> None:
    deepest = "(" * 122 + "attributes:a" + ")" * 122

    assert compiled(deepest).matches({"a": ""})


def test_parentheses_that_cannot_be_closed_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="too many parentheses"):
        compiled("(" * 256)
