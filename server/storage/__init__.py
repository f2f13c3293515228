"""The database: engines, outages, back-up and restore, expiry, identifiers, its clock."""
