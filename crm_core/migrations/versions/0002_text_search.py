"""Text search: the indexes of customers and messages, in each database's own kind."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: No copy of the text, no positions; words are split at ASCII signs only, since the tokens hold nothing else.
_FTS5 = "fts5(words, content='', detail=none, columnsize=0, tokenize='ascii'"

#: Two letters after the sign that says what a token means: few, and the beginnings of very many names.
_BEGUN = ", prefix='3'"

_SQLITE = (
    "CREATE TABLE search_state (name TEXT PRIMARY KEY, version INTEGER NOT NULL)",
    "CREATE TABLE search_customer (customer_id INTEGER PRIMARY KEY, entry TEXT NOT NULL)",
    "CREATE TABLE search_word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    f"CREATE VIRTUAL TABLE search_customer_words USING {_FTS5}{_BEGUN})",
    f"CREATE VIRTUAL TABLE search_message USING {_FTS5})",
)

_POSTGRESQL = (
    "CREATE TABLE search_state (name TEXT PRIMARY KEY, version INTEGER NOT NULL)",
    "CREATE TABLE search_customer (customer_id BIGINT PRIMARY KEY, entry TEXT NOT NULL)",
    "CREATE TABLE search_word (id BIGSERIAL PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    "CREATE TABLE search_customer_words (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
    "CREATE INDEX search_customer_words_gin ON search_customer_words USING gin (words)",
    "CREATE TABLE search_message (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
    "CREATE INDEX search_message_gin ON search_message USING gin (words)",
    "CREATE INDEX search_contact_value ON contact_point (value text_pattern_ops)",
)


def upgrade() -> None:
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX search_contact_value")
    for table in ("search_message", "search_customer_words", "search_word", "search_customer", "search_state"):
        op.execute(f"DROP TABLE {table}")
