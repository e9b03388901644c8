"""From the text of a filter to its syntax tree.

::

    expression = term { "AND" term } | term { "OR" term }
    term       = [ "NOT" | "-" ] simple
    simple     = "(" expression ")" | comparison | prefix
    comparison = "attributes" ( ":" key | "." key ( "=" | "!=" ) string )
    prefix     = "hasPrefix" "(" "attributes" "." key "," string ")"
    key        = word | string
"""

from tools.emulator.errors import InvalidArgument
from tools.emulator.filters.refusal import refusal
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
from tools.emulator.filters.tokens import Token, tokens

MAX_DEPTH = 128
"""More parentheses than this cannot be closed within the longest filter."""

_MIXED = "expected parentheses around what AND or around what OR joins, they have no precedence"


def parse(text: str) -> Expression:
    """Parse a filter.

    Raises:
        InvalidArgument: it is none; the text names the column and what was expected there.
    """
    parser = _Parser(text)
    expression = parser.expression()
    parser.end()
    return expression


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._position = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._position]

    def expression(self) -> Expression:
        operands = [self._term()]
        operator = self._next
        while operator.text in {"AND", "OR"} and self._took_word(operator.text):
            operands.append(self._term())
        if len(operands) == 1:
            return operands[0]
        if self._next.is_word("AND") or self._next.is_word("OR"):
            raise refusal(self._next.column, _MIXED)
        return (AllOf if operator.text == "AND" else AnyOf)(tuple(operands))

    def end(self) -> None:
        if self._next.kind != "end":
            raise self._expected("AND, OR or the end")

    def _term(self) -> Expression:
        if self._took_word("NOT") or self._took("-"):
            return Not(self._simple())
        return self._simple()

    def _simple(self) -> Expression:
        if self._next.is_symbol("("):
            return self._in_parentheses()
        if self._took_word("attributes"):
            return self._comparison()
        if self._took_word("hasPrefix"):
            return self._prefix()
        raise self._expected("attributes, hasPrefix or (")

    def _in_parentheses(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise refusal(self._next.column, "too many parentheses are open")
        self._symbol("(")
        expression = self.expression()
        self._symbol(")")
        self._depth -= 1
        return expression

    def _comparison(self) -> Expression:
        if self._took(":"):
            return HasKey(self._key())
        if not self._took("."):
            raise self._expected(". or : after attributes")
        key = self._key()
        if self._took("="):
            return Equals(key, self._string())
        if self._took("!="):
            return Differs(key, self._string())
        raise self._expected("= or != after the key")

    def _prefix(self) -> Expression:
        self._symbol("(")
        if not self._took_word("attributes"):
            raise self._expected("attributes")
        self._symbol(".")
        key = self._key()
        self._symbol(",")
        prefix = self._string()
        self._symbol(")")
        return HasPrefix(key, prefix)

    def _key(self) -> str:
        if self._next.kind not in {"word", "string"}:
            raise self._expected("a key")
        return self._take().text

    def _string(self) -> str:
        if self._next.kind != "string":
            raise self._expected("a value in quotes")
        return self._take().text

    def _symbol(self, symbol: str) -> None:
        if not self._took(symbol):
            raise self._expected(ascii(symbol))

    def _took(self, symbol: str) -> bool:
        return self._next.is_symbol(symbol) and bool(self._take())

    def _took_word(self, word: str) -> bool:
        return self._next.is_word(word) and bool(self._take())

    def _take(self) -> Token:
        token = self._next
        self._position += 1
        return token

    def _expected(self, what: str) -> InvalidArgument:
        return refusal(self._next.column, f"expected {what}, not {self._next}")
