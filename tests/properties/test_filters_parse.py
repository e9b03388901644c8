"""The filter language: what is printed parses back, and means what it says."""

from collections.abc import Mapping

from hypothesis import assume, example, given
from hypothesis import strategies as st

from tools.emulator.errors import InvalidArgument
from tools.emulator.filters import MAX_FILTER_BYTES, compiled
from tools.emulator.filters.parser import parse
from tools.emulator.filters.syntax_tree import (
    AllOf,
    AnyOf,
    Differs,
    Equals,
    Expression,
    HasKey,
    HasPrefix,
    Not,
)

FEW = st.sampled_from(["", "a", "b", "ab", "key-1", "AND", "iana.org/tag", "é", '"', "\\", "\n"])
TEXTS = FEW | st.text(max_size=6)
ATTRIBUTES = st.dictionaries(FEW, FEW, max_size=4)

LEAVES: st.SearchStrategy[Expression] = st.one_of(
    st.builds(HasKey, TEXTS),
    st.builds(Equals, TEXTS, TEXTS),
    st.builds(Differs, TEXTS, TEXTS),
    st.builds(HasPrefix, TEXTS, TEXTS),
)


def joined(operands: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(operands, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, operands), st.builds(AllOf, several), st.builds(AnyOf, several))


TREES = st.recursive(LEAVES, joined, max_leaves=8)


def quoted(text: str, *, escape_everything: bool = False) -> str:
    """Write a string literal."""
    return '"' + "".join(escaped(character, escape_everything) for character in text) + '"'


def escaped(character: str, always: bool) -> str:
    if always:
        return f"\\U{ord(character):08x}"
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"


def printed(tree: Expression) -> str:
    """Write a tree as a filter, with the parentheses that it needs and no others."""
    match tree:
        case HasKey(key):
            text = f"attributes:{quoted(key)}"
        case Equals(key, value):
            text = f"attributes.{quoted(key)} = {quoted(value)}"
        case Differs(key, value):
            text = f"attributes.{quoted(key)} != {quoted(value, escape_everything=True)}"
        case HasPrefix(key, prefix):
            text = f"hasPrefix(attributes.{quoted(key)}, {quoted(prefix)})"
        case Not(operand):
            text = f"NOT {enclosed(operand)}"
        case AllOf(operands):
            text = " AND ".join(map(enclosed, operands))
        case AnyOf(operands):
            text = " OR ".join(map(enclosed, operands))
    return text


def enclosed(tree: Expression) -> str:
    text = printed(tree)
    return f"({text})" if isinstance(tree, Not | AllOf | AnyOf) else text


def naively(tree: Expression, attributes: Mapping[str, str]) -> bool:
    """Evaluate a tree by looking at every attribute in turn."""
    pairs = list(attributes.items())
    match tree:
        case HasKey(key):
            found = any(name == key for name, _ in pairs)
        case Equals(key, value):
            found = (key, value) in pairs
        case Differs(key, value):
            found = (key, value) not in pairs
        case HasPrefix(key, prefix):
            found = any(name == key and text[: len(prefix)] == prefix for name, text in pairs)
        case Not(operand):
            found = not naively(operand, attributes)
        case AllOf(operands):
            found = sum(naively(operand, attributes) for operand in operands) == len(operands)
        case AnyOf(operands):
            found = sum(naively(operand, attributes) for operand in operands) > 0
    return found


@given(TREES)
def test_a_printed_tree_parses_back_to_an_equal_tree(tree: Expression) -> None:
    assert parse(printed(tree)) == tree


@given(TREES, ATTRIBUTES)
def test_a_tree_matches_what_a_naive_look_at_the_attributes_matches(
    tree: Expression, attributes: dict[str, str]
) -> None:
    assert tree.matches(attributes) == naively(tree, attributes)


WORDS = ["attributes", "hasPrefix", "name", "AND", "OR", "NOT", '"a"', r'"\n"', r'"\x"']
PIECES = st.sampled_from([*WORDS, *'.:=(),-"\\é ', "!=", "attributes.a", "attributes:b"])


def refused(text: str) -> str | None:
    """Compile a text, and give what is said against it; None where it is a filter."""
    try:
        assert compiled(text).text == text
    except InvalidArgument as refusal:
        return str(refusal)
    return None


@given(st.one_of(st.text(), st.lists(PIECES, max_size=20).map("".join)))
@example("(" * 256)
@example("-(" * 128)
@example("\ud800")
def test_any_text_is_a_filter_or_refused_in_one_line(text: str) -> None:
    said = refused(text)

    assert said is None or said.isprintable()


@given(TREES, st.data())
def test_a_filter_with_a_piece_cut_out_is_a_filter_or_refused_at_a_column(
    tree: Expression, data: st.DataObject
) -> None:
    text = printed(tree)
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, len(text)))
    cut = text[:start] + text[stop:]
    assume(len(cut.encode()) <= MAX_FILTER_BYTES)

    said = refused(cut)

    assert said is None or said.startswith("filter, column ")
