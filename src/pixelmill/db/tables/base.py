"""The metadata and the column kinds that all tables share."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Json: TypeEngine[Any] = JSON().with_variant(JSONB(), "postgresql")


def ident(name: str, *, null: bool = False) -> Column[str]:
    """An id or a name: text without a length, since both stores keep it equally well."""
    return Column(name, Text, nullable=null)


def moment(name: str, *, null: bool = True) -> Column[int]:
    """A point in time in milliseconds since the epoch, UTC; the name ends in ``_at``."""
    return Column(name, BigInteger, nullable=null)


def count(name: str, default: int = 0) -> Column[int]:
    """A number that starts somewhere and is kept by adding."""
    return Column(name, BigInteger, nullable=False, server_default=str(default))


def flag(name: str, *, default: bool = False) -> Column[int]:
    """Yes or no as 1 or 0, since SQLite has no boolean and raw rows should read alike."""
    return Column(name, Integer, nullable=False, server_default=str(int(default)))


def document(name: str, *, null: bool = True) -> Column[object]:
    """A JSON value, written and read whole."""
    return Column(name, Json, nullable=null)
