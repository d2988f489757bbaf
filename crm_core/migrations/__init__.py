"""Alembic migrations, additive first."""
