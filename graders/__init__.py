"""Exercises, and everything that judges them.

    catalogue   every exercise folder, read and validated
    manifest    exercise.toml -> Exercise
    files       what may be handed in
    limits      what a student's program may use
    report      verdicts, evidence, points; to and from versioned JSON
    readable    the same report as text for a terminal
    text        a sentence in every language we speak
    kit/        what a suite is written with
    <slug>/     one exercise

Imports nothing from server, worker or semaforo.
"""
