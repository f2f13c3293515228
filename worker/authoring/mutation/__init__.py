"""Mutants of right programs: small changes that an author's suite should notice.

mutants      The mutants of an exercise's right samples, each once.
survivors    Grades them, and compares those that survive with `mutants.toml`.
source       A program's text with its syntax tree, and edits of the text.
operators    What an operator is.
catalogue    All of them; they are in
awaits       single awaits: left out, made twice, without their time limit
blocking     what keeps the loop from running
gathers      asyncio.gather: how many at once, and in which order
concurrency  what else happens at the same time
errors       which are caught, and what becomes of them
cleanup      closing, leaving and cancelling
state        what is kept between calls
items        the items of a loop, and how often it runs
statements   constants, conditions and whole statements
"""
