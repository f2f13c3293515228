"""Exercises as folders: manifest, samples, certificate, files handed in, and their order."""
