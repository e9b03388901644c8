"""String literals: quotes, and the escapes within them.

The page names escaped backslashes, quotation marks and non-printing characters, and Unicode,
hexadecimal and octal escapes. Their forms are those of the Common Expression Language, in which
each stands for one Unicode character.
"""

import re

from tools.emulator.filters.refusal import refusal

_PLAIN = dict(zip("\\\"'`?abfnrtv", "\\\"'`?\a\b\f\n\r\t\v", strict=True))
_PART = re.compile(
    r"""(?P<text>[^\\\x00-\x1f\x7f-\x9f\ud800-\udfff]+)
    | \\ (?: (?P<plain>[\\"'`?abfnrtv])
           | [xX](?P<x>[0-9A-Fa-f]{2})
           | u(?P<u>[0-9A-Fa-f]{4})
           | U(?P<U>[0-9A-Fa-f]{8})
           | (?P<octal>[0-3][0-7]{2}) )""",
    re.VERBOSE,
)
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def unquoted(literal: str, column: int) -> str:
    """Give the text that a string literal stands for.

    Args:
        literal: the literal with its quotes.
        column: where it begins in the filter.

    Raises:
        InvalidArgument: an escape is none, or a non-printing character is not escaped.
    """
    text, position, end = "", 1, len(literal) - 1
    while position < end:
        part = _PART.match(literal, position, end)
        if part is None:
            raise refusal(column + position, _problem(literal, position))
        text += _meaning(part, column + position)
        position = part.end()
    return text


def _meaning(part: re.Match[str], column: int) -> str:
    kind, text = str(part.lastgroup), part[str(part.lastgroup)]
    if kind == "text":
        return text
    if kind == "plain":
        return _PLAIN[text]
    number = int(text, 8 if kind == "octal" else 16)
    if number > _LAST_CHARACTER or number in _SURROGATES:
        raise refusal(column, f"{part[0]} is no Unicode character")
    return chr(number)


def _problem(literal: str, position: int) -> str:
    if literal[position] != "\\":
        return f"escape the non-printing character {literal[position]!a}"
    return (
        f"a backslash and {literal[position + 1]!a} is no escape: expected one of"
        " \\ \" ' ` ? a b f n r t v, or xHH, uHHHH, UHHHHHHHH, or three octal digits"
    )
