"""The command that a person types, and the whole of Semáforo on one machine."""
