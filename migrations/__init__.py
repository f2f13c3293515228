"""The schema's history. `env` says how a revision is run, `versions/` holds one file for each."""
