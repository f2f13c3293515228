"""The server: what people and programs talk to, and where the truth is kept.

    models   the nouns: tables
    actions  the verbs: change rows, know no HTTP
    access   who may see what
    errors   what is refused, in words for the person who asked
    auth     ways to prove who one is
    api      thin routes for programs
    pages    thin routes for people; templates, static and locales belong to them

Folders are layers and file names are features: each layer has its own `submissions.py`.
"""
