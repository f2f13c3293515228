# One image for the API, the worker and the migration step; docker-compose.yml says which is which.
FROM python:3.11-slim

# bubblewrap is the sandbox's outer wall; the system's own gets security updates. git pulls exercises.
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap ca-certificates git \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY dev.py requirements.lock requirements-setup.lock ./
COPY semaforo/__init__.py semaforo/bootstrap.py semaforo/interpreters.py semaforo/steps.py semaforo/
COPY graders/runtime.lock graders/
RUN python3 dev.py setup

COPY graders graders
COPY server server
COPY worker worker
COPY semaforo semaforo
COPY migrations migrations
COPY docs docs
# The manual shows lines of them.
COPY tests/graders/exercises/program tests/graders/exercises/program
COPY tests/graders/exercises/reloj tests/graders/exercises/reloj
COPY pyproject.toml ./
# The manual, whose pages are here only now.
RUN python3 dev.py setup

# Nobody in particular: owns nothing here but the data folder.
RUN useradd --uid 10001 --no-create-home semaforo \
 && install -d -o semaforo -m 700 /data /data/libraries
USER semaforo
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    SEMAFORO_DATA_DIR=/data
EXPOSE 8000
CMD ["python", "-m", "server.listen", "--host", "0.0.0.0", "--port", "8000"]
