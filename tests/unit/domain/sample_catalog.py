"""A small catalog and builders of canvas documents, shared by the tests of graphs."""

from pixelmill.domain.catalog import NodeSignature, Port
from pixelmill.domain.graph import Edge, Graph, Node
from pixelmill.domain.values import ValueType

TEXT = NodeSignature(
    "input:text",
    "Text",
    "input",
    inputs=(Port("text", ValueType.TEXT, required=True, is_port=False, aliases=("prompt",)),),
    outputs=(Port("text", ValueType.TEXT, aliases=("prompt",)),),
    param_names=frozenset({"text", "prompt"}),
    input_param="text",
)
IMPORT = NodeSignature(
    "input:image",
    "Import",
    "input",
    inputs=(Port("image", ValueType.IMAGE, required=True, description="A picture to start from."),),
    outputs=(Port("image", ValueType.IMAGE, aliases=("media", "url")),),
    param_names=frozenset({"image"}),
    input_param="image",
)
CHOICE = NodeSignature(
    "input:select",
    "Style",
    "input",
    inputs=(
        Port("value", ValueType.TEXT, is_port=False),
        Port("options", ValueType.JSON, is_port=False),
    ),
    outputs=(Port("text", ValueType.TEXT, aliases=("prompt",)),),
    defaults={"options": []},
    param_names=frozenset({"value", "options"}),
    input_param="value",
)
FLUX = NodeSignature(
    "generate:flux_2",
    "Flux 2",
    "generate",
    inputs=(
        Port("images", ValueType.IMAGE, many=True),
        Port("prompt", ValueType.TEXT, required=True, is_port=False),
        Port("negative_prompt", ValueType.TEXT, is_port=False),
        Port("seed", ValueType.NUMBER, is_port=False),
    ),
    outputs=(Port("image", ValueType.IMAGE, aliases=("images",)),),
    defaults={"aspect_ratio": "1:1"},
    param_names=frozenset({"prompt", "negative_prompt", "seed", "aspect_ratio", "model"}),
    aliases=("model:fal:text-to-image",),
)
UPSCALE = NodeSignature(
    "edit:upscale",
    "Upscale",
    "edit",
    inputs=(
        Port("image", ValueType.IMAGE, required=True),
        Port("scale", ValueType.NUMBER, is_port=False),
    ),
    outputs=(Port("image", ValueType.IMAGE),),
    param_names=frozenset({"scale"}),
)
MERGE = NodeSignature(
    "edit:merge",
    "Merge",
    "edit",
    inputs=(
        Port("background", ValueType.IMAGE, required=True),
        Port("foreground", ValueType.IMAGE, required=True),
    ),
    outputs=(Port("image", ValueType.IMAGE),),
)
PREVIEW = NodeSignature(
    "output:preview",
    "Preview",
    "output",
    inputs=(Port("value", ValueType.ANY, required=True),),
    sink=True,
)
SIGNATURES = (TEXT, IMPORT, CHOICE, FLUX, UPSCALE, MERGE, PREVIEW)
CATALOG = {name: s for s in SIGNATURES for name in (s.node_type, *s.aliases)}


def node(node_id, node_type, **data):
    return {"id": node_id, "type": "basedNode", "data": {"nodeType": node_type, **data}}


def edge(source, target, source_handle=None, target_handle=None, edge_id=None):
    return {
        "id": edge_id or f"{source}-{target}",
        "source": source,
        "target": target,
        "sourceHandle": source_handle,
        "targetHandle": target_handle,
    }


def chain(*pairs: tuple[str, str], nodes: str = "") -> Graph:
    """A graph of upscales out of pairs of ids; ``nodes`` fixes the order they were drawn in."""
    ids = dict.fromkeys(nodes) | dict.fromkeys(end for pair in pairs for end in pair)
    return Graph(
        tuple(Node(node_id, "edit:upscale", node_id) for node_id in ids),
        tuple(Edge(f"{a}-{b}", a, "image", b, "image") for a, b in pairs),
    )
