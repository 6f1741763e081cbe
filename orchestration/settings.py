"""Settings, read once, typed, and refused by name where they are wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parents[1]
DBT_PROJECT = PROJECT_ROOT / "dbt_project"
DEFAULT_HOME = PROJECT_ROOT / "data"
DEFAULT_LETTERS = PROJECT_ROOT / "data" / "letters"


class SettingsError(ValueError):
    """A setting that is missing or wrong; the message names it and says what to do."""


class Settings(BaseSettings):
    """What a refresh needs to know. Environment variables carry the prefix `IMR_`."""

    model_config = SettingsConfigDict(env_prefix="IMR_", extra="ignore")

    letters: Annotated[tuple[Path, ...], NoDecode] = (DEFAULT_LETTERS,)
    """Folders or files to read letters from; in `IMR_LETTERS` parted by the path separator (':')."""
    home: Path = DEFAULT_HOME
    """Where lake, build and publication live."""
    quarantine_tolerance: float = Field(0.01, ge=0, le=1)
    """Largest share of a refresh's items that may be quarantined before publication is refused."""
    max_letter_bytes: int = Field(20_000_000, gt=0)
    """A larger file is rejected as `too_large` and not read."""
    freshness_hours: float = Field(36, gt=0)
    """A publication older than so many hours is stale."""

    @field_validator("letters", mode="before")
    @classmethod
    def _split(cls, given: Any) -> Any:
        if isinstance(given, str):
            given = [part for part in given.split(os.pathsep) if part.strip()]
        if any(not str(part).strip() for part in given):
            raise ValueError("names an empty path")
        return given

    @field_validator("letters")
    @classmethod
    def _whole_letters(cls, given: tuple[Path, ...]) -> tuple[Path, ...]:
        if not given:
            raise ValueError("names no folder")
        return tuple(Path(os.path.abspath(path.expanduser())) for path in given)

    @field_validator("home", mode="before")
    @classmethod
    def _named_home(cls, given: Any) -> Any:
        if not str(given).strip():
            raise ValueError("is empty")
        return given

    @field_validator("home")
    @classmethod
    def _whole_home(cls, given: Path) -> Path:
        return Path(os.path.abspath(given.expanduser()))


def load_settings(**given: Any) -> Settings:
    """Settings from the environment, with what was given on the command line on top.

    Raises SettingsError naming each variable that is wrong.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        faults = "; ".join(
            f"IMR_{'_'.join(str(part) for part in fault['loc'][:1]).upper()}: {_words(fault)}"
            for fault in error.errors()
        )
        raise SettingsError(faults) from None


def _words(fault: Any) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    given = fault.get("input")
    return f"{message} (given: {given!r})" if isinstance(given, str | int | float) else message
