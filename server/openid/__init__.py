"""Signing in with an OpenID Connect provider: the authorization code flow with PKCE.

    options   The settings `SEMAFORO_OIDC_…`.
    attempt   One browser's way to the provider and back, kept in its cookie.
    outbound  Requests to the provider, each with a time limit and a size limit.
    provider  The provider: what it says of itself, its keys, the exchange of a code for tokens.
    id_token  What an ID token must be.
    identity  What the claims say of a person.

`httpx2` and `joserfc` take a third of a second to load, so `outbound`, `id_token` and `provider`
are imported only where a provider is configured.
"""
