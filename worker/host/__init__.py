"""What this host allows: tries each protection, and diagnoses why a sandbox does not open.

doctor.py       tries every protection on this host
protections.py  the protections: how each is recognized, and the sentences for both outcomes
obstacles.py    why no sandbox opens here, and what to do about it
libraries.py    installs the libraries of exercises, and tells which are missing
"""
