"""Revisions of the schema, the oldest first by their number."""
