"""The tests that every node passes, built in or brought by a stranger."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import orjson
import pytest

from pixelmill.domain.catalog import Port
from pixelmill.domain.values import ValueType
from pixelmill.sdk.node_type import AnyNode, BadParameters
from pixelmill.sdk.testing.fake_context import FakeContext, tiny_png
from pixelmill.sdk.values import Image, JsonValue, Mask

_SAMPLES: Mapping[ValueType, JsonValue] = {
    ValueType.TEXT: "a glass vase",
    ValueType.NUMBER: 1,
    ValueType.BOOLEAN: True,
    ValueType.JSON: {},
    ValueType.ANY: "a glass vase",
}


class NodeSuite:
    """Inherit it in a test file, name your ``nodes``, and pytest runs each test for each of them.

    ``samples`` gives parameters, by node id, that a run needs and no default provides.
    """

    nodes: ClassVar[Sequence[AnyNode]] = ()
    samples: ClassVar[Mapping[str, Mapping[str, JsonValue]]] = {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test per node."""
        if "node" in metafunc.fixturenames:
            metafunc.parametrize("node", self.nodes, ids=lambda node: node.id)

    def test_its_description_is_text_for_a_person(self, node: AnyNode) -> None:
        """The canvas shows it: a first sentence of one paragraph that ends."""
        first = " ".join(node.description.split("\n\n", 1)[0].split())
        assert first[0].isupper()
        assert first.endswith((".", "!", "?"))
        assert len(first) <= 200
        assert node.title[0].isupper()
        assert len(node.title) <= 30

    def test_its_schema_is_json_and_names_every_input(self, node: AnyNode) -> None:
        """A form can be drawn from it."""
        schema = orjson.loads(orjson.dumps(node.json_schema()))
        assert set(schema["properties"]) == {port.name for port in node.signature.inputs}
        assert set(schema["required"]) <= set(schema["properties"])
        for port in node.signature.inputs:
            field = schema["properties"][port.name]
            assert field["title"]
            assert "x-socket" in field.get("items", field) if port.is_port else "x-type" in field

    def test_its_defaults_fit_its_own_form(self, node: AnyNode) -> None:
        """Nothing but required fields may be missing from an untouched form."""
        required = {port.name for port in node.signature.inputs if port.required}
        assert {detail.path for detail in node.check(node.signature.defaults)} <= required
        orjson.dumps(dict(node.signature.defaults))

    def test_no_two_ports_share_a_name(self, node: AnyNode) -> None:
        """Neither among inputs nor among outputs."""
        for ports in (node.signature.inputs, node.signature.outputs):
            names = [name for port in ports for name in (port.name, *port.aliases)]
            assert len(names) == len(set(names))

    async def test_it_gives_what_it_declares(self, node: AnyNode) -> None:
        """One run, by its ports."""
        result = await self.run_once(node, FakeContext())
        assert set(result) == {port.name for port in node.signature.outputs}
        for port in node.signature.outputs:
            assert _fits(result[port.name], port), f"{port.name} is {result[port.name]!r}"

    async def test_the_same_run_gives_the_same_result(self, node: AnyNode) -> None:
        """Or the cache would lie."""
        first = await self.run_once(node, FakeContext(seed=11))
        assert await self.run_once(node, FakeContext(seed=11)) == first

    async def test_a_missing_wire_is_refused_in_words(self, node: AnyNode) -> None:
        """A sentence, not a crash."""
        if not any(port.required and port.is_port for port in node.signature.inputs):
            pytest.skip("it has no required wire")
        with pytest.raises(BadParameters, match="needs something wired"):
            await node.call(FakeContext(), {}, self.params_of(node))

    async def test_not_a_number_is_refused(self, node: AnyNode) -> None:
        """Where a number is asked for."""
        numbers = [
            port.name
            for port in node.signature.inputs
            if not port.is_port and port.type is ValueType.NUMBER
        ]
        for name in numbers:
            for bad in (float("nan"), float("inf"), "many"):
                assert node.check({**self.params_of(node), name: bad}), f"{name} took {bad}"

    async def run_once(self, node: AnyNode, ctx: FakeContext) -> dict[str, JsonValue]:
        """Call the node with a tiny picture on every required wire."""
        inputs: dict[str, JsonValue] = {}
        for port in node.signature.inputs:
            if port.required and port.is_port:
                inputs[port.name] = await self._wired(port, ctx)
        params = self.params_of(node)
        for name in node.asset_params:
            params[name] = params.get(name) or await ctx.save(tiny_png(name))
        return await node.call(ctx, inputs, params)

    def params_of(self, node: AnyNode) -> dict[str, Any]:
        """Defaults, samples, and a plain value for each required field."""
        needed = (port for port in node.signature.inputs if port.required and not port.is_port)
        plain = {port.name: _SAMPLES[port.type] for port in needed if port.type in _SAMPLES}
        return {**node.signature.defaults, **plain, **self.samples.get(node.id, {})}

    async def _wired(self, port: Port, ctx: FakeContext) -> JsonValue:
        if port.type is ValueType.TEXT:
            return ["a glass vase"]
        kind = Mask if port.type is ValueType.MASK else Image
        asset = await ctx.save(tiny_png(port.name), kind)
        return [asset] if port.many else asset


def _fits(value: object, port: Port) -> bool:
    kinds: Mapping[ValueType, tuple[type, ...]] = {
        ValueType.IMAGE: (Image, list),
        ValueType.MASK: (Mask, list),
        ValueType.TEXT: (str, list),
        ValueType.NUMBER: (int, float),
        ValueType.BOOLEAN: (bool,),
    }
    return port.type not in kinds or isinstance(value, kinds[port.type])
