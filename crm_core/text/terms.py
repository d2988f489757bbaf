"""Queries over tokens: terms joined by and/or, and how each database writes them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One token; with `starts`, every token that begins so. Holds letters and digits only, by construction."""

    token: str
    starts: bool = False


@dataclass(frozen=True)
class All:
    parts: tuple["Query", ...]


@dataclass(frozen=True)
class Either:
    parts: tuple["Query", ...]


Query = Term | All | Either


def every(*parts: Query) -> Query:
    """All of these."""
    return parts[0] if len(parts) == 1 else All(parts)


def either(*parts: Query) -> Query:
    """At least one of these."""
    return parts[0] if len(parts) == 1 else Either(parts)


def to_fts5(query: Query) -> str:
    """The query in SQLite's FTS5 syntax."""
    if isinstance(query, Term):
        return f'"{query.token}"*' if query.starts else f'"{query.token}"'
    sign = " AND " if isinstance(query, All) else " OR "
    return f"({sign.join(map(to_fts5, query.parts))})"


def to_tsquery(query: Query) -> str:
    """The query as PostgreSQL's `tsquery`."""
    if isinstance(query, Term):
        return f"'{query.token}':*" if query.starts else f"'{query.token}'"
    sign = " & " if isinstance(query, All) else " | "
    return f"({sign.join(map(to_tsquery, query.parts))})"


def holds(query: Query, tokens: frozenset[str]) -> bool:
    """Whether a row of these tokens would be found."""
    if isinstance(query, Term):
        return query.token in tokens or (query.starts and any(token.startswith(query.token) for token in tokens))
    return (all if isinstance(query, All) else any)(holds(part, tokens) for part in query.parts)
