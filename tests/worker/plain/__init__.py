"""Plain suites, as teachers have them, with a right solution and an empty one."""
