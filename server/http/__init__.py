"""HTTP in front of the routes: connections, limits, headers, rates, forms, OpenAPI."""
