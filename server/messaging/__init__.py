"""Messages between processes: jobs for workers, progress of runs, reports of workers."""
