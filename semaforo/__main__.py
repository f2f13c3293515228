"""`python -m semaforo`."""

from semaforo.main import main

main()
