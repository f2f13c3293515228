"""Every setting: one field each, read from the environment as SEMAFORO_<NAME>.

Nothing reads settings at import; entry points read them once and pass them on.
"""

import os
import platform
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from graders.text import Language
from server.openid.options import OpenIDSettings
from server.retention_settings import RetentionSettings

# The defaults of actions/grading.py and actions/recovery.py.
LEASE_SECONDS: Final[float] = 20
MAX_TRIES: Final = 5
# The project's folder: commands use the same data and libraries from any working directory.
_PROJECT = Path(__file__).resolve().parent.parent


class Settings(RetentionSettings, OpenIDSettings):
    """The settings of an installation. Units are in the names."""

    model_config = SettingsConfigDict(env_prefix="SEMAFORO_", extra="ignore")

    data_dir: Path = Field(
        _PROJECT / ".data",
        description="Folder of the SQLite file and the queue's; on a local disk.",
    )
    database_url: str = Field(
        "",
        description="SQLAlchemy URL, `postgresql://…` or `sqlite:///…`. "
        "Empty: a SQLite file in `data_dir`.",
    )
    redis_url: str = Field(
        "redis://127.0.0.1:6379/0", description="Redis or Valkey that carries the queue."
    )
    public_url: str = Field(
        "http://127.0.0.1:8000",
        description="Address people type; with `https` the sign-in cookie is bound to it.",
    )
    default_language: Language = Field(
        "es", description="Language for who has not chosen and whose browser asks for neither."
    )
    default_timezone: str = Field(
        "Europe/Madrid", description="Time zone of a new course; each course can have its own."
    )
    exercises_dirs: Annotated[list[Path], NoDecode] = Field(
        [], description="Further folders of exercises, separated by `:`."
    )
    manual_dir: Path = Field(
        _PROJECT / ".runtime" / "manual", description="The manual, as set-up has built it."
    )
    runtime_dir: Path = Field(
        _PROJECT / ".runtime" / "site",
        description="The libraries students' programs may import.",
    )
    pythons: Annotated[list[Path], NoDecode] = Field(
        [],
        description="Interpreters for exercises that name a version of Python, separated by `:`; "
        "besides those on PATH.",
    )
    worker_name: str = Field(
        default_factory=platform.node, description="Name of this worker, stored with each result."
    )
    worker_runs_at_once: int = Field(
        64,
        ge=1,
        le=256,
        description="Grading runs in flight at most; fewer while the processors are busy.",
    )
    worker_prepares_suites: bool = Field(
        True,
        description="Start every exercise's suite with the worker; `0`: with its first submission.",
    )
    max_upload_bytes: int = Field(
        1024 * 1024, ge=1024, description="Largest request body of a submission."
    )
    lease_seconds: float = Field(
        LEASE_SECONDS,
        gt=0,
        description="How long a silent worker keeps a run before another takes it.",
    )
    regrades_at_once: int = Field(
        2,
        ge=1,
        le=64,
        description="How many runs of regrades may be in the queue or under way at once, of all "
        "workers together; they are claimed only when nothing else waits.",
    )
    max_claims: int = Field(
        MAX_TRIES,
        ge=1,
        description="Times a run may end undecided by what may be the program's doing before it "
        "is abandoned and staff are shown it. Our own faults are not counted.",
    )
    low_disk_mb: int = Field(
        2000,
        ge=0,
        description="Administrators are told when less is free on the disk of an SQLite database, "
        "in MB. `0`: never.",
    )
    most_waiting: int = Field(
        8, ge=1, description="Submissions of one person that may wait for their verdicts at once."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Secret that `/metrics` asks for as a Bearer token. Empty: no `/metrics`.",
    )
    login_days: int = Field(30, ge=1, description="How long a browser stays signed in.")
    smtp_host: str = Field(
        "",
        description="Mail server that sends e-mail. Empty: none is sent, and staff hand out links.",
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How it is encrypted: `starttls`, `tls` from the start, or `none`."
    )
    smtp_user: str = Field("", description="Account at the mail server. Empty: none is needed.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Its password.")
    smtp_sender: str = Field(
        "", description="Sender, as `Semáforo <semaforo@example.org>`; needed with `smtp_host`."
    )
    trusted_proxies: str = Field(
        "127.0.0.1, ::1",
        description="Addresses and networks, separated by commas, whose `X-Forwarded-For` is "
        "believed: your reverse proxy's, and nobody else's.",
    )
    anonymous_requests_per_minute: int = Field(
        3000,
        ge=1,
        description="Requests without a login or token from one address; a school may be one.",
    )
    connections_per_address: int = Field(
        1000, ge=1, description="Connections from one address that is no trusted proxy's."
    )
    submissions_per_minute: int = Field(20, ge=1, description="Submissions of one person.")
    playground: bool = Field(
        True,
        description="Whether signed-in people may run programs of their own without an exercise, "
        "when no submission needs the machine; `0`: no.",
    )
    playground_per_minute: int = Field(
        10, ge=1, description="Programs of one person that are run in the playground."
    )
    live_pages_per_person: int = Field(
        20, ge=1, description="Live pages of one person at once, in each API process."
    )
    tokens_per_person: int = Field(20, ge=1, description="Tokens of one person that still work.")
    run_student_code_without_a_full_sandbox: bool = Field(
        False,
        description="Grade although essential protections do not hold on this host. "
        "A submission may then read or change what the worker can.",
    )

    @field_validator("exercises_dirs", "pythons", mode="before")
    @classmethod
    def _split_folders(cls, value: object) -> object:
        return (
            [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value
        )

    @property
    def sends_email(self) -> bool:
        """Whether a mail server is configured."""
        return bool(self.smtp_host)

    @model_validator(mode="after")
    def _require_sender(self) -> Self:
        if self.smtp_host and "@" not in self.smtp_sender:
            raise ValueError("SEMAFORO_SMTP_SENDER must be an e-mail address: mail needs a sender")
        return self

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fill_database_url(self) -> Self:
        if not self.database_url:
            file = self.data_dir.absolute() / "semaforo.db"
            self.database_url = f"sqlite+aiosqlite:///{file}"
        return self


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the environment once. For entry points only; everything else is passed its settings."""
    return Settings()
