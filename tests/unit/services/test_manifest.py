"""The manifest keeps a person's rows beside what became of them."""

import csv
import io

import pytest

from pixelmill.services.manifest import ManifestRow, defused, write_manifest


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def row(**told: object) -> ManifestRow:
    return ManifestRow({"product": "vase"}, **told)  # type: ignore[arg-type]


def test_a_row_is_told_with_file_seed_seconds_credits_and_hash():
    told = row(
        files=["images/1.png"], state="COMPLETED", seed=5, seconds=1.23456, credits=1, sha256=["ab"]
    )
    assert read(write_manifest(("product",), [told])) == [
        {
            "product": "vase",
            "file": "images/1.png",
            "state": "COMPLETED",
            "error": "",
            "seed": "5",
            "seconds": "1.235",
            "credits": "1",
            "sha256": "ab",
        }
    ]


def test_several_images_of_a_row_stand_in_one_cell():
    found = read(write_manifest(("product",), [row(files=["a", "b"], sha256=["x", "y"])]))
    assert (found[0]["file"], found[0]["sha256"]) == ("a;b", "x;y")


def test_a_column_of_the_persons_keeps_its_name():
    told = ManifestRow({"file": "mine.csv", "seed": "9"}, files=["images/1.png"], seed=9)
    found = read(write_manifest(("file", "seed"), [told]))[0]
    assert (found["file"], found["result_file"], found["seed"]) == ("mine.csv", "images/1.png", "9")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1"])
def test_what_a_spreadsheet_would_run_is_only_shown(cell):
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-5", "+3.5", "a=b", "", "12"])
def test_plain_numbers_and_texts_stay_as_they_are(cell):
    assert defused(cell) == cell


def test_more_than_ascii_is_marked_for_excel_and_plain_ascii_is_not():
    plain = write_manifest(("product",), [row()])
    assert not plain.startswith(b"\xef\xbb\xbf")
    marked = write_manifest(("größe",), [row()])
    assert marked.startswith(b"\xef\xbb\xbf")
