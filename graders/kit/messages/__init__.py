"""Messages to students about a call that failed or broke a requirement."""
