"""Exercises, and everything that judges them. Imports nothing from server, worker or semaforo."""
