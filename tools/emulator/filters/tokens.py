"""The tokens of a filter: words, string literals and symbols, each with its column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tools.emulator.filters.literals import unquoted
from tools.emulator.filters.refusal import refusal

Kind = Literal["word", "string", "symbol", "end"]

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\f\v]+)
    | (?P<string> "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' )
    | (?P<word>[A-Za-z0-9_-]+)
    | (?P<symbol>!=|[().,:=])""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``text`` of a string literal is what it stands for. The first column is 1."""

    kind: Kind
    text: str
    column: int

    def is_symbol(self, text: str) -> bool:
        """Whether this is that symbol."""
        return self.kind == "symbol" and self.text == text

    def is_word(self, text: str) -> bool:
        """Whether this is that word, in these cases of letters."""
        return self.kind == "word" and self.text == text

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else ascii(self.text)


def tokens(filter_text: str) -> Iterator[Token]:
    """Give the tokens of a filter, the last of kind ``end``.

    A ``-`` that begins a key belongs to the key; anywhere else before a word it negates.

    Raises:
        InvalidArgument: a character that no token begins with, or a bad string literal.
    """
    position, last = 0, Token("end", "", 0)
    while position < len(filter_text):
        before_key = last.is_symbol(".") or last.is_symbol(":")
        if filter_text[position] == "-" and not before_key:
            last, position = Token("symbol", "-", position + 1), position + 1
            yield last
            continue
        match = _TOKEN.match(filter_text, position)
        if match is None:
            raise refusal(position + 1, _problem(filter_text[position]))
        if match.lastgroup != "space":
            last = _token(match)
            yield last
        position = match.end()
    yield Token("end", "", len(filter_text) + 1)


def _token(match: re.Match[str]) -> Token:
    column = match.start() + 1
    if match.lastgroup == "string":
        return Token("string", unquoted(match[0], column), column)
    return Token("word" if match.lastgroup == "word" else "symbol", match[0], column)


def _problem(character: str) -> str:
    if character in "\"'":
        return "expected a closing quote to the string literal that begins here"
    return (
        f"unexpected {character!a}: outside of string literals there are operators, parentheses,"
        " and keys of letters, digits, - and _; put any other key into quotes"
    )
