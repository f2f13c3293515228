"""Takes grading runs off the queue and grades them in sandboxes."""
