"""Who may do what: workspaces, their keys, and the scopes of a key."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from pixelmill.kit.problems import Problem


class Scope(StrEnum):
    """What a key may be allowed to do."""

    WORKFLOWS_READ = "workflows:read"
    WORKFLOWS_WRITE = "workflows:write"
    WORKFLOWS_EXECUTE = "workflows:execute"
    EXECUTIONS_READ = "executions:read"
    USAGE_READ = "usage:read"
    APPS_EXECUTE = "apps:execute"
    KEYS_WRITE = "keys:write"
    CREDITS_WRITE = "credits:write"


ADMIN_SCOPES: Final = frozenset({Scope.KEYS_WRITE, Scope.CREDITS_WRITE})
"""Scopes that are given only when asked for by name."""
DEFAULT_SCOPES: Final = frozenset(Scope) - ADMIN_SCOPES


class MissingScope(Problem):
    """This key may not do that. Use a key with one of the scopes in 'requiredScope'."""

    code: ClassVar[str] = "insufficient_scope"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "Missing scope"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Who owns things: everything else belongs to exactly one."""

    id: str
    name: str
    plan: str
    created_at: int


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as stored: its hash and the first characters, never the key. Times are epoch ms."""

    id: str
    workspace_id: str
    name: str
    prefix: str
    key_hash: str
    scopes: frozenset[str]
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None

    def expired(self, now_ms: int) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and now_ms >= self.expires_at


def allows(granted: Collection[str], required_any: Iterable[str]) -> bool:
    """Whether one of the required scopes was granted; an empty requirement asks for none."""
    required = tuple(required_any)
    return not required or any(scope in granted for scope in required)


def require(granted: Collection[str], required_any: Iterable[str]) -> None:
    """Raise MissingScope unless one of the required scopes was granted."""
    required = tuple(str(scope) for scope in required_any)
    if not allows(granted, required):
        raise MissingScope(
            f"This key lacks the scope {' or '.join(required)}. Create a key that has it.",
            extra={"requiredScope": required[0], "requiredScopes": list(required)},
        )


def read_scopes(names: Iterable[str]) -> frozenset[Scope]:
    """Scopes by name. Raises ValueError naming those that do not exist."""
    wanted = tuple(dict.fromkeys(names))
    unknown = [name for name in wanted if name not in frozenset(Scope)]
    if unknown:
        raise ValueError(
            f"There is no scope {', '.join(map(repr, unknown))}; choose from {', '.join(Scope)}."
        )
    return frozenset(Scope(name) for name in wanted)
