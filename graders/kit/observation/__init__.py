"""Observing a program from outside, to prove that it waits for us or to keep its time."""
