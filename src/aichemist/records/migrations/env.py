"""Alembic's environment: always handed an open connection by the package."""

from alembic import context

from aichemist.records._tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
