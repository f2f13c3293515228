"""The server: pages, API and database.

Folders are layers and file names are features: each layer has its own `submissions.py`. Imports run
one way: app and serve → pages, api, refusals → deps → auth, intake, health → http, messaging →
actions → access → models, storage → errors.
"""
