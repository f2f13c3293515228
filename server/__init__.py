"""The server: what people and programs talk to, and where the truth is kept.

Folders are layers and file names are features: each layer has its own `submissions.py`.
"""
