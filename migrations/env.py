"""Runs migrations with the application's engine; one transaction each, constraint names from our convention."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def include_name(name, kind, _parents):
    """Leave the job queue's own tables alone."""
    return not (kind == "table" and name and name.startswith(("huey", "kv", "schedule", "task")))


def run() -> None:
    """Run against the live connection."""
    engine = database.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_name=include_name,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
