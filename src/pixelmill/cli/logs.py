"""Configures logging once for a process: everything to stderr, as text or JSON, secrets removed."""

import logging
import re
import sys
from typing import Any, Final, Literal

import structlog

_SECRET_NAMES: Final = re.compile(
    r"(^|_)(authorization|api_?key|key|secret|token|password|passwd|cookie|signature)$",
    re.IGNORECASE,
)
_SECRETS: Final = re.compile(
    r"(?i)\b(sk-[0-9a-z]{8,}|bearer\s+\S{8,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@))"
)
_HIDDEN: Final = "[removed]"
_TALKATIVE: Final = (
    *("asyncio", "aiohttp", "alembic", "pgqueuer", "uvicorn", "uvicorn.error", "uvicorn.access"),
    "py.warnings",
)


def configure_logs(
    form: Literal["text", "json"] = "text", *, quiet: bool = False, debug: bool = False
) -> None:
    """Send the logs of structlog and of the standard library to stderr.

    ``quiet`` keeps to errors, for commands that talk to a person in their own words.
    """
    level = logging.DEBUG if debug else logging.ERROR if quiet else logging.INFO
    structlog.configure(
        processors=[*_steps(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_steps(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(form),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(level if debug else max(level, logging.WARNING))
    if quiet and not debug:
        logging.getLogger("py.warnings").setLevel(logging.CRITICAL)


def silence_logs() -> None:
    """Say nothing more: what comes now is the noise of work that is broken off."""
    logging.disable(logging.CRITICAL)


def redact(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Hide values under secret names, and keys or passwords within any text."""
    return {name: _redacted(name, value) for name, value in event.items()}


def _redacted(name: str, value: Any) -> Any:  # noqa: ANN401 - a log line holds anything
    if _SECRET_NAMES.search(name) and value is not None:
        return _HIDDEN
    if isinstance(value, str):
        return _SECRETS.sub(_HIDDEN, value)
    if isinstance(value, dict):
        return {str(inner): _redacted(str(inner), one) for inner, one in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, (list, tuple)):
        return [_redacted("", one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _steps() -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
    ]


def _rendering(form: Literal["text", "json"]) -> list[structlog.typing.Processor]:
    if form == "json":
        return [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
