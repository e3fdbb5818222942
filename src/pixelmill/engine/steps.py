"""A provider's steps as JSON and back, so that a ticket outlives the process that took it."""

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

from pixelmill.sdk.provider import Call, Compute, as_document

__all__ = ["as_document", "from_document"]


def from_document(document: Mapping[str, Any]) -> Call | Compute:
    """The step that ``as_document`` wrote. Raises ImportError when its function is gone."""
    if "compute" in document:
        return Compute(
            function=resolve_name(document["compute"]),
            arguments=document["arguments"],
            media_type=document["media_type"],
            count=document["count"],
        )
    return Call(
        method=document["method"],
        url=document["url"],
        purpose=document["purpose"],
        json=document["json"],
        headers=document["headers"],
        paid=document["paid"],
        idempotent=document["idempotent"],
        timeout_s=document["timeout_s"],
        memo=document["memo"],
    )
