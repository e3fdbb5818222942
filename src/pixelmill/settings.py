"""The settings of this process: the only reader of the environment."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pixelmill.domain.limits import PlanLimits, load_plans
from pixelmill.engine.vendors import VendorSettings

_PROVIDER = re.compile(r"PIXELMILL_PROVIDER_([A-Z0-9_]+?)_(KEY|BASE_URL|ON_UNKNOWN)")
_KNOWN = frozenset(
    {
        *("DATA", "DATABASE_URL", "STORAGE_URL", "HOST", "PORT", "PUBLIC_URL", "LOG_FORMAT"),
        *("SECRET_KEY", "PLANS", "MODELS", "ALLOW_PRIVATE_HOSTS", "SIMULATE", "TEST_CLOCK"),
    }
)


class BadSettings(Exception):
    """A setting cannot be used; the message names it and says what it may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set. Paths are relative to the working directory."""

    data: Path = Path("pixelmill-data")
    database_url: str | None = None
    storage_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8787
    public_url: str | None = None
    log_format: Literal["text", "json"] = "text"
    secret_key: str | None = None
    plans: Mapping[str, PlanLimits] = field(default_factory=lambda: load_plans({}))
    models_file: Path | None = None
    allow_private_hosts: frozenset[tuple[str, int]] = frozenset()
    simulate: bool = False
    test_clock: Path | None = None
    providers: Mapping[str, VendorSettings] = field(default_factory=dict[str, VendorSettings])

    @property
    def embedded(self) -> bool:
        """Whether database and queue live in this process's data directory."""
        return self.database_url is None or self.database_url.startswith("sqlite")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the environment. Raises BadSettings naming the variable."""
    env = os.environ if environ is None else environ
    given = {
        name.removeprefix("PIXELMILL_"): value
        for name, value in env.items()
        if name.startswith("PIXELMILL_") and name.removeprefix("PIXELMILL_") in _KNOWN and value
    }
    settings = Settings(
        data=Path(given.get("DATA", "pixelmill-data")),
        database_url=given.get("DATABASE_URL"),
        storage_url=given.get("STORAGE_URL"),
        host=given.get("HOST", "127.0.0.1"),
        port=_port(given.get("PORT", "8787")),
        public_url=given["PUBLIC_URL"].rstrip("/") if "PUBLIC_URL" in given else None,
        log_format=_log_format(given.get("LOG_FORMAT", "text")),
        secret_key=given.get("SECRET_KEY"),
        plans=_plans(given.get("PLANS")),
        models_file=Path(given["MODELS"]) if "MODELS" in given else None,
        allow_private_hosts=_hosts(given.get("ALLOW_PRIVATE_HOSTS", "")),
        simulate=given.get("SIMULATE", "0") == "1",
        test_clock=Path(given["TEST_CLOCK"]) if "TEST_CLOCK" in given else None,
        providers=_providers(env),
    )
    if settings.test_clock is not None and not settings.simulate:
        raise BadSettings("PIXELMILL_TEST_CLOCK works only together with PIXELMILL_SIMULATE=1.")
    return settings


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65_535:
        raise BadSettings(f"PIXELMILL_PORT is a number from 0 to 65535, not {text!r}.")
    return int(text)


def _log_format(text: str) -> Literal["text", "json"]:
    if text not in ("text", "json"):
        raise BadSettings(f"PIXELMILL_LOG_FORMAT is text or json, not {text!r}.")
    return text


def _plans(path: str | None) -> Mapping[str, PlanLimits]:
    if path is None:
        return load_plans({})
    try:
        return load_plans(tomllib.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BadSettings(f"PIXELMILL_PLANS={path}: {error}") from error


def _hosts(text: str) -> frozenset[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    for part in filter(None, (one.strip() for one in text.split(","))):
        host, _, port = part.rpartition(":")
        if not host or not port.isdecimal():
            raise BadSettings(
                f"PIXELMILL_ALLOW_PRIVATE_HOSTS is a list of host:port, but has {part!r}."
            )
        found.add((host.strip("[]"), int(port)))
    return frozenset(found)


def _providers(env: Mapping[str, str]) -> Mapping[str, VendorSettings]:
    given: dict[str, dict[str, str]] = {}
    for name, value in env.items():
        match = _PROVIDER.fullmatch(name)
        if match and value:
            given.setdefault(match[1].lower(), {})[match[2].lower()] = value
    return {
        name: VendorSettings(
            key=one.get("key"),
            base_url=_base_url(name, one.get("base_url")),
            on_unknown=_on_unknown(name, one.get("on_unknown")),
        )
        for name, one in given.items()
    }


def _base_url(name: str, text: str | None) -> str | None:
    if text is not None and not text.startswith(("http://", "https://")):
        raise BadSettings(
            f"PIXELMILL_PROVIDER_{name.upper()}_BASE_URL starts with http:// or https://."
        )
    return text


def _on_unknown(name: str, text: str | None) -> Literal["hold", "retry", "fail"] | None:
    if text not in (None, "hold", "retry", "fail"):
        raise BadSettings(f"PIXELMILL_PROVIDER_{name.upper()}_ON_UNKNOWN is hold, retry or fail.")
    return text
