"""What there is to draw with: node types with their ports and forms, and models with prices."""

from datetime import date

from pixelmill.domain.catalog import Port
from pixelmill.domain.credits import shown
from pixelmill.domain.values import JsonValue
from pixelmill.engine.pricing import price_of
from pixelmill.sdk.node_type import AnyNode
from pixelmill.sdk.provider import Model, Price
from pixelmill.sdk.registry import UnknownModel
from pixelmill.services.house import House


def node_catalog(house: House) -> list[JsonValue]:
    """Every node type, in the order of their ids."""
    return [_node(house, node) for node in house.parts.nodes.nodes]


def model_list(house: House) -> list[JsonValue]:
    """Every model, with what it costs and whether it can be called now."""
    return [_model(house, model) for model in house.parts.providers.models]


def _node(house: House, node: AnyNode) -> dict[str, JsonValue]:
    signature = node.signature
    return {
        "nodeType": node.id,
        "label": node.title,
        "category": node.category,
        "description": node.description,
        "version": node.version,
        "aliases": list(signature.aliases),
        "sink": signature.sink,
        "lane": node.lane,
        "inputs": [_port(port) for port in signature.inputs],
        "outputs": [_port(port) for port in signature.outputs],
        "schema": node.json_schema(),
        "credits": _credits(house, node),
    }


def _port(port: Port) -> dict[str, JsonValue]:
    return {
        "id": port.name,
        "type": port.type.value.upper(),
        "label": port.label or port.name.replace("_", " ").capitalize(),
        "description": port.description,
        "required": port.required,
        "isPort": port.is_port,
        "many": port.many,
        "aliases": list(port.aliases),
    }


def _credits(house: House, node: AnyNode) -> JsonValue:
    """What one run with the default parameters costs."""
    try:
        price = price_of(node, node.signature.defaults, house.parts.providers)
    except UnknownModel:
        return None
    return {
        "credits": shown(price.millicredits),
        "unitCredits": shown(price.unit),
        "per": price.model.price.per if price.model else "run",
        "model": price.model.id if price.model else None,
    }


def _model(house: House, model: Model) -> dict[str, JsonValue]:
    vendor = house.parts.vendors[model.provider]
    return {
        "id": model.id,
        "title": model.title,
        "provider": model.provider,
        "providerTitle": vendor.provider.title,
        "vendorId": model.vendor_id,
        "task": model.task,
        "nodeTypes": list(model.node_types),
        "ready": vendor.refusal_without_call() is None,
        "price": _price(model.price),
        "license": {
            "name": model.license.name,
            "url": model.license.url,
            "commercialUse": model.license.commercial_use,
            "checkedAt": _day(model.license.checked_at),
        },
        "maxReferences": model.max_references,
        "needsReference": model.needs_reference,
        "deterministic": model.deterministic,
        "typicalSeconds": model.typical_seconds,
        "releasedAt": _day(model.released_at),
        "deprecatedAt": _day(model.deprecated_at),
        "retiredAt": _day(model.retired_at),
        "replacement": model.replacement,
        "verified": model.verified,
        "note": model.note,
        "schema": model.params.model_json_schema(),
    }


def _price(price: Price) -> dict[str, JsonValue]:
    return {
        "credits": shown(price.millicredits),
        "usd": price.usd,
        "per": price.per,
        "table": {
            param: {
                value: {"credits": shown(credits_), "usd": usd}
                for value, (credits_, usd) in rows.items()
            }
            for param, rows in price.table.items()
        },
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
