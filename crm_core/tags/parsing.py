"""The text of a segment → its tree, by recursive descent: `!` binds closest, then `&`, then `|`."""

from collections.abc import Callable, Iterator

from crm_core.errors import Invalid
from crm_core.tags import vocabulary
from crm_core.tags.expression import And, Compare, Expression, Not, Or, Word
from crm_core.tags.lexing import Kind, Token, tokens
from crm_core.text.tidying import one_line

#: How deep brackets and negations may be nested.
DEEPEST = 50


def parse(text: str, known: Callable[[str], bool] = lambda _: False) -> Expression:
    """The tree of an expression. `known` says which names exist, so that 非洲客户 is not read as "not 洲客户".

    Raises `Invalid` with `at`, the place in the text from 1: `segment_syntax` (a sign is missing or too many),
    `segment_syntax_operand`, `segment_syntax_bracket`, `segment_syntax_quote`, `segment_syntax_value`;
    `segment_empty`, `segment_too_long`, `segment_too_complex`; or what is wrong with the value of a field.
    """
    if not one_line(text[:2000]):
        raise Invalid("segment_empty")
    parser = _Parser(tokens(text, known))
    expression = parser.either(0)
    parser.finish()
    return expression


class _Parser:
    def __init__(self, stream: Iterator[Token]) -> None:
        self._stream = stream
        self._token = next(stream)

    def either(self, depth: int) -> Expression:
        parts = [self._both(depth)]
        while self._take(Kind.OR):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def finish(self) -> None:
        if self._token.kind is Kind.CLOSE:
            raise Invalid("segment_syntax_bracket", at=self._token.at)
        if self._token.kind is not Kind.END:
            raise self._unexpected()

    def _both(self, depth: int) -> Expression:
        parts = [self._negated(depth)]
        while self._take(Kind.AND):
            parts.append(self._negated(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negated(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise Invalid("segment_too_complex", limit=DEEPEST)
        if self._take(Kind.NOT):
            return Not(self._negated(depth + 1))
        bracket = self._take(Kind.OPEN)
        if bracket is None:
            return self._leaf()
        inside = self.either(depth + 1)
        if self._take(Kind.CLOSE) is None:
            raise (
                Invalid("segment_syntax_bracket", at=bracket.at) if self._token.kind is Kind.END else self._unexpected()
            )
        return inside

    def _leaf(self) -> Expression:
        name = self._name()
        if name is None:
            raise Invalid("segment_syntax_operand", at=self._token.at)
        sign = self._take(Kind.COMPARE)
        if sign is None:
            return Word(name.text, name.at)
        value = self._name()
        if value is None:
            raise Invalid("segment_syntax_value", at=self._token.at, field=name.text[:40])
        if self._token.kind is Kind.COMPARE:
            raise Invalid("segment_syntax", at=value.at, near=value.text[:20])
        return _comparison(name, sign, value)

    def _name(self) -> Token | None:
        """A name in quotes, or the words up to the next sign."""
        quoted = self._take(Kind.QUOTED)
        if quoted is not None:
            return quoted if quoted.text else None
        first, words = self._token, []
        while word := self._take(Kind.WORD):
            words.append(word.text)
        return Token(Kind.WORD, one_line(" ".join(words)), first.at) if words else None

    def _take(self, kind: Kind) -> Token | None:
        token = self._token
        if token.kind is not kind:
            return None
        self._token = next(self._stream)
        return token

    def _unexpected(self) -> Invalid:
        return Invalid("segment_syntax", at=self._token.at, near=self._token.text[:20])


def _comparison(name: Token, sign: Token, value: Token) -> Expression:
    field = vocabulary.field_named(name.text)
    operator = ":" if sign.text == "!=" else sign.text
    text = value.text if field is None else vocabulary.value_of(field, operator, value.text)
    compared = Compare(field or name.text, operator, text, name.at)
    return Not(compared) if sign.text == "!=" else compared
