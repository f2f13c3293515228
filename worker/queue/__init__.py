"""From the queue to a stored report: claims, leases, admission, the sweep, signs of life."""
