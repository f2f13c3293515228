"""What this host allows: protections tried for real, and why a sandbox does not open."""
