"""Whether this server is alive and ready, and its metrics."""
