"""Commands that end by themselves: what they print, and how they refuse."""

import csv
import re
from pathlib import Path

import orjson

from tests.integration.cli.program import told, write_batch

RUN = ("run", "w.json", "--prompts", "rows.csv", "--data", "data", "--out", "out")


def test_ids_and_keys_come_alone_on_stdout(call):
    code, id_, _ = call("workspace", "create", "Acme", "--plan", "pro", "--data", "d")
    assert code == 0
    assert re.fullmatch(r"ws_\w{26}\n", id_)
    _, key, _ = call("key", "create", "--workspace", id_.strip(), "--data", "d")
    assert re.fullmatch(r"sk-\w{34}\n", key)
    _, granted, _ = call("credits", "grant", "12.5", "--workspace", id_.strip(), "--data", "d")
    assert granted == "12.5 credits granted.\n"
    unknown = call("key", "create", "--workspace", "ws_none", "--data", "d")
    assert unknown == (2, "", "There is no workspace ws_none.\n")


def test_a_directory_that_is_a_file_is_a_sentence(call, tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert call("serve", "--data", "file") == (2, "", "file cannot be used: File exists.\n")


def test_a_folder_that_cannot_be_written_costs_nothing(call, tmp_path: Path):
    write_batch(tmp_path)
    (tmp_path / "out").write_text("")
    code, out, errors = call(*RUN)
    assert (code, out) == (2, "")
    assert errors == "out/images cannot be used: Not a directory.\n"


def test_a_missing_column_is_refused_in_a_sentence(call, tmp_path: Path):
    write_batch(tmp_path, "product\nvase\n")
    code, out, errors = call(*RUN)
    assert (code, out) == (2, "")
    assert errors == (
        "Row 1 has no column 'surface', which node 01 needs. Columns found: product.\n"
    )


def test_rows_that_fail_are_told_and_run_again_when_asked_to(call, tmp_path: Path):
    write_batch(tmp_path)
    command = (*RUN, "--set", 'generate.failure_rate={"moderated":1}')
    code, out, _ = call(*command)
    last = told(out)[-1]
    assert (code, last["done"], last["failed"], last["credits"]) == (1, 0, 3, 0)
    assert list(last["errors"].values()) == [3]
    with (tmp_path / "out/manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["FAILED"] * 3
    assert rows[0]["error"] in last["errors"]

    code, out, _ = call(*command)
    events = told(out)
    assert events[1] == {"event": "continuing", "done": 0, "total": 3}
    assert (code, events[-1]["executionId"]) == (1, last["executionId"])


def test_images_on_disk_are_uploaded_once_and_named_when_missing(call, tmp_path: Path):
    photo = Path(__file__).parents[3] / "examples/photos/chelsea.png"
    (tmp_path / "chelsea.png").write_bytes(photo.read_bytes())
    nodes = [
        {"id": "photo", "data": {"nodeType": "input:image", "label": "Photo"}},
        {"id": "small", "data": {"nodeType": "edit:resize", "params": {"width": 32}}},
        {"id": "out", "data": {"nodeType": "output:preview", "label": "Out"}},
    ]
    edges = [
        {"id": "a", "source": "photo", "target": "small"},
        {"id": "b", "source": "small", "target": "out"},
    ]
    document = {"name": "Small", "nodes": nodes, "edges": edges}
    (tmp_path / "w.json").write_bytes(orjson.dumps(document))
    (tmp_path / "rows.csv").write_text("key,photo\none,chelsea.png\ntwo,./chelsea.png\n")
    code, out, errors = call(*RUN)
    assert (code, told(out)[-1]["done"]) == (0, 2), errors
    assert sorted(path.name for path in (tmp_path / "out/images").iterdir()) == [
        "0001-one.png",
        "0002-two.png",
    ]
    (tmp_path / "rows.csv").write_text("photo\nnone.png\n")
    code, out, errors = call(*RUN)
    assert (code, out) == (2, "")
    assert errors.startswith("Row 1, column 'photo': there is no file 'none.png' in ")


def test_what_there_is_to_build_with_is_listed(call):
    _, nodes, _ = call("nodes", "list")
    assert "edit:upscale\tUpscale\t" in nodes
    _, models, _ = call("models", "list")
    assert "sketch\tgenerate\t1\tready\n" in models


def test_the_api_describes_itself(call):
    code, out, _ = call("openapi")
    assert code == 0
    assert orjson.loads(out)["openapi"].startswith("3.1")


def test_the_doctor_finds_a_healthy_machine_healthy(call):
    code, out, _ = call("doctor", "--data", "d")
    assert (code, "wrong" in out) == (0, False), out
