"""Settings, read once, typed, and refused by name where they are wrong."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from orchestration.addresses import check_address, check_database, check_mail_server, check_mailbox
from orchestration.landing.places import is_url
from orchestration.workers import core_count

PROJECT_ROOT = Path(__file__).resolve().parents[1]
# A URL's own colons part nothing: behind its protocol, in user:password@, in an IPv6 address and before a port.
_URL = r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/:@]*(?::[^/@]*)?@)?(?:\[[^\]/]*\])?[^/:]*(?::\d+(?![^/:]))?"
_PLACE = re.compile(rf"(?:{_URL})?[^{re.escape(os.pathsep)}]*")
DBT_PROJECT = PROJECT_ROOT / "dbt_project"
DEFAULT_HOME = PROJECT_ROOT / "data"
DEFAULT_LETTERS = PROJECT_ROOT / "data" / "letters"
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_YES = ("true", "1", "yes", "on")
_NO = ("", "false", "0", "no", "off", "none")
SECRETS = ("alert_slack_webhook", "alert_webhook", "smtp_url", "dagster_postgres", "publish_postgres")
"""Settings whose value is never shown: it holds a password, or who knows the address of a webhook can write to it."""


class SettingsError(ValueError):
    """A setting that is missing or wrong; the message names it and says what to do."""


class Settings(BaseSettings):
    """What a refresh needs to know. Environment variables carry the prefix `IMR_`."""

    model_config = SettingsConfigDict(env_prefix="IMR_", extra="ignore")

    letters: Annotated[tuple[str, ...], NoDecode] = (str(DEFAULT_LETTERS),)
    """Folders, files or URLs (`s3://bucket/folder`) to read letters from; in `IMR_LETTERS` parted by the path separator
    (':')."""
    home: Path = DEFAULT_HOME
    """Where lake, build and publication live."""
    quarantine_tolerance: float = Field(0.01, ge=0, le=1)
    """Largest share of a refresh's items that may be quarantined before publication is refused."""
    workers: int = Field(default_factory=core_count, ge=1)
    """Processes that read files and letters; by default as many as there are cores."""
    schedule: str | None = "0 3 * * *"
    """When `imr serve` refreshes by itself, as a cron expression; None ('off'): never."""
    schedule_timezone: str = "America/Los_Angeles"
    """Of the schedule."""
    settle_seconds: int = Field(120, ge=0)
    """How long new files must not have changed before `imr serve` starts a refresh for them; 0: it does not look."""
    dagster_postgres: SecretStr | None = None
    """PostgreSQL database for Dagster's runs and events, `postgresql://user:password@host/name`; None: in the home."""
    max_letter_bytes: int = Field(20_000_000, gt=0)
    """A larger file is rejected as `too_large` and not read."""
    alert_slack_webhook: SecretStr | None = None
    """Incoming webhook of a Slack channel."""
    alert_email_to: Annotated[tuple[str, ...], NoDecode] = ()
    """Who gets alerts by e-mail; in `IMR_ALERT_EMAIL_TO` parted by commas."""
    alert_email_from: str = "imr-warehouse@localhost"
    """Sender of alerts by e-mail."""
    smtp_url: Annotated[SecretStr | None, Field(validate_default=True)] = None
    """Mail server: `smtp://user:password@host:port`, or `smtps://`; user and password may be left out."""
    alert_webhook: SecretStr | None = None
    """Any HTTP receiver, which gets alerts as JSON."""
    freshness_hours: float = Field(36, ge=0)
    """A warehouse that no refresh found up to date for longer is stale, which is told; 0: never."""
    publish_parquet: Path | None = None
    """Folder for Parquet files of each publication; in `IMR_PUBLISH_PARQUET` 'true' for `HOME/published/parquet`."""
    publish_postgres: SecretStr | None = None
    """PostgreSQL database that gets each publication, `postgresql://user:password@host:port/name`."""
    publish_postgres_schema: str = "imr"
    """Schema of that database that the tables are kept in."""
    publish_postgres_readers: str | None = None
    """Role of that database that may read the tables; None: rights are granted by somebody else."""
    data_docs_url: str | None = None
    """Address under which `HOME/published/data_docs` is served; None: links lead to the file itself."""

    @property
    def has_channels(self) -> bool:
        """Whether there is anybody to tell."""
        return bool(self.alert_slack_webhook or self.alert_email_to or self.alert_webhook)

    @field_validator(
        "alert_slack_webhook",
        "alert_webhook",
        "dagster_postgres",
        "data_docs_url",
        "publish_postgres",
        "publish_postgres_readers",
        "smtp_url",
        mode="before",
    )
    @classmethod
    def _unset(cls, given: Any) -> Any:
        return given.strip() or None if isinstance(given, str) else given

    @field_validator("schedule", mode="before")
    @classmethod
    def _no_schedule(cls, given: Any) -> Any:
        return None if isinstance(given, str) and given.strip().lower() in ("", "off", "none") else given

    @field_validator("freshness_hours", mode="before")
    @classmethod
    def _no_freshness(cls, given: Any) -> Any:
        return 0 if isinstance(given, str) and given.strip().lower() in ("", "none") else given

    @field_validator("alert_slack_webhook", "alert_webhook")
    @classmethod
    def _whole_webhook(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None:
            check_address(given.get_secret_value(), ("https", "http"))
        return given

    @field_validator("data_docs_url")
    @classmethod
    def _whole_data_docs(cls, given: str | None) -> str | None:
        if given is not None:
            check_address(given, ("https", "http"))
        return given

    @field_validator("alert_email_to", mode="before")
    @classmethod
    def _addressees(cls, given: Any) -> Any:
        return [part.strip() for part in given.split(",") if part.strip()] if isinstance(given, str) else given

    @field_validator("alert_email_to")
    @classmethod
    def _whole_addressees(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for address in given:
            check_mailbox(address)
        return given

    @field_validator("alert_email_from")
    @classmethod
    def _whole_sender(cls, given: str) -> str:
        check_mailbox(given)
        return given

    @field_validator("smtp_url")
    @classmethod
    def _whole_smtp(cls, given: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if given is not None:
            check_mail_server(given.get_secret_value())
        elif info.data.get("alert_email_to"):
            raise ValueError("is missing: IMR_ALERT_EMAIL_TO needs a mail server, smtp://user:password@host:port")
        return given

    @field_validator("publish_parquet", mode="before")
    @classmethod
    def _parquet_folder(cls, given: Any, info: ValidationInfo) -> Any:
        word = str(given or "").strip()
        if word.lower() in _NO:
            return None
        if is_url(word):
            raise ValueError("names no folder of this machine; an object store can be mounted, or synchronised from it")
        if word.lower() in _YES:
            return info.data.get("home", DEFAULT_HOME) / "published" / "parquet"
        return os.path.abspath(Path(word).expanduser())

    @field_validator("publish_postgres")
    @classmethod
    def _whole_postgres(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None:
            check_database(given.get_secret_value())
        return given

    @field_validator("publish_postgres_schema")
    @classmethod
    def _whole_schema(cls, given: str) -> str:
        if not _SCHEMA.fullmatch(given) or given.startswith("pg_") or given == "information_schema":
            raise ValueError("is no name of a schema: small letters, digits and _ only, not beginning with pg_")
        return given

    @field_validator("letters", mode="before")
    @classmethod
    def _split(cls, given: Any) -> Any:
        if isinstance(given, str):
            given = [part for part in _PLACE.findall(given) if part.strip()]
        if any(not str(part).strip() for part in given):
            raise ValueError("names an empty path")
        return tuple(map(str, given))

    @field_validator("letters")
    @classmethod
    def _whole_letters(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if not given:
            raise ValueError("names no folder")
        return tuple(
            place if is_url(place) else os.path.abspath(Path(place).expanduser()) for place in map(str.strip, given)
        )

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
    if str(fault["loc"][0]) in SECRETS or repr(given) in message:
        return message
    return f"{message} (given: {given!r})" if isinstance(given, str | int | float) else message
