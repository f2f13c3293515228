"""One grading run: sandboxes, suite processes and judges, to a report. No database, no queue."""
