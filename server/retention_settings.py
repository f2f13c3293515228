"""The settings of how long things are kept."""

from pydantic import Field
from pydantic_settings import BaseSettings

_LONGEST_DAYS = 36_500


class RetentionSettings(BaseSettings):
    """How many days what is kept; 0: for ever. `server/actions/retention.py` says what goes."""

    keep_files_days: int = Field(
        0,
        ge=0,
        le=_LONGEST_DAYS,
        description="Days after a course was archived until its students' files, and what their "
        "programs printed, are removed; points stay. `0`: never.",
    )
    keep_log_days: int = Field(
        0,
        ge=0,
        le=_LONGEST_DAYS,
        description="Days until entries of the audit log are removed. `0`: never.",
    )
    keep_news_days: int = Field(
        0,
        ge=0,
        le=_LONGEST_DAYS,
        description="Days until people's news are removed, read or not. `0`: never.",
    )
