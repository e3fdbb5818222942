"""Files of prompts, however they were made, become rows, or say which row and column is wrong."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.services.prompt_files import BadPrompts, PromptTable, read_prompts

CSV = "product,mood\namber serum,low sun\nforest candle,dusk\n"


def refusal(data: bytes | str, name: str = "p.csv") -> str:
    with pytest.raises(BadPrompts) as refused:
        read_prompts(data.encode() if isinstance(data, str) else data, name)
    return refused.value.detail


def rows(data: bytes | str, name: str = "p.csv") -> list[dict]:
    table = read_prompts(data.encode() if isinstance(data, str) else data, name)
    return [dict(row) for row in table.rows]


def test_a_csv_becomes_rows_under_its_columns():
    table = read_prompts(CSV.encode(), "p.csv")
    assert table.columns == ("product", "mood")
    assert dict(table.rows[1]) == {"product": "forest candle", "mood": "dusk"}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_is_found(separator):
    text = CSV.replace(",", separator)
    assert rows(text)[0] == {"product": "amber serum", "mood": "low sun"}


def test_commas_inside_texts_do_not_mislead_about_the_separator():
    text = "prompt;mood\na vase, tall, old;calm, quiet\na bowl, a spoon;warm, dim\n"
    assert rows(text)[0] == {"prompt": "a vase, tall, old", "mood": "calm, quiet"}


def test_the_line_that_names_the_separator_for_excel_is_understood():
    assert rows("sep=;\na;b\n1;2\n") == [{"a": "1", "b": "2"}]


def test_quoted_cells_may_hold_separators_quotes_and_line_ends():
    text = 'prompt,mood\n"a ""tall"" vase,\nold",calm\n'
    assert rows(text) == [{"prompt": 'a "tall" vase,\nold', "mood": "calm"}]


def test_a_single_column_needs_no_separator():
    assert rows("prompt\na vase, tall\n".replace(",", " and")) == [{"prompt": "a vase and tall"}]


def test_line_ends_of_windows_and_blank_lines_do_no_harm():
    assert len(rows(CSV.replace("\n", "\r\n\r\n"))) == 2


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_the_encodings_that_spreadsheets_write_are_read(encoding):
    text = "product,price\nGrüne Flasche “Été” – n°5,12 €\n"
    assert rows(text.encode(encoding))[0]["product"] == "Grüne Flasche “Été” – n°5"


def test_another_alphabet_is_refused_naming_the_row():
    said = refusal(b"product\namber\n" + "琥珀の瓶".encode("shift-jis") + b"\n")
    assert "Row 2" in said
    assert "UTF-8" in said


def test_a_broken_utf16_is_refused_naming_the_row():
    data = "product\namber\n".encode("utf-16-le") + b"\x00\xd8\x41\x00"
    assert "Row 2" in refusal(b"\xff\xfe" + data)


def test_a_picture_is_no_list_of_prompts():
    assert "no text file" in refusal(b"\x89PNG\r\n\x1a\n\0\0\0\0")


def test_a_column_twice_is_refused_with_both_places():
    said = refusal("product,mood,product\na,b,c\n")
    assert "'product' appears twice, as column 1 and 3" in said


def test_a_column_without_a_name_is_refused_by_its_place():
    assert "column 2 has no name" in refusal("product,,mood\na,b,c\n")


def test_empty_columns_at_the_end_as_excel_writes_them_are_left_out():
    assert rows("product,mood,,\na,b,,\nc,d,,\n")[1] == {"product": "c", "mood": "d"}


def test_a_row_too_long_names_the_value_that_is_too_many():
    said = refusal("product,mood\nvase,calm\na vase, tall,calm\n")
    assert "Row 2 has 3 values for 2 columns" in said
    assert "'calm' is one too many after 'mood'" in said
    assert "double quotes" in said


def test_a_row_too_short_names_the_column_that_is_missing():
    said = refusal("product,surface,mood\nvase,oak,calm\nbowl,oak\n")
    assert "Row 2 has 2 values for 3 columns; 'mood' is missing." in said


def test_a_header_alone_asks_for_rows():
    assert "has a header but no rows" in refusal("product,mood\n")


@pytest.mark.parametrize("name", ["p.csv", "p.txt", "p.jsonl"])
@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_so(name, data):
    assert "is empty" in refusal(data, name)


def test_a_quote_that_is_never_closed_names_its_row():
    said = refusal('product,mood\nvase,calm\n"bowl,warm\ncup,cold\n')
    assert "Row 2" in said
    assert "quote is opened and not closed" in said


def test_a_text_file_has_one_prompt_in_each_line_that_is_not_blank():
    table = read_prompts(b"a vase, tall\n\n  a bowl  \n", "p.txt")
    assert [row["prompt"] for row in table.rows] == ["a vase, tall", "a bowl"]
    assert not table.header


def test_json_lines_may_be_objects_or_bare_prompts():
    found = rows('{"product":"vase","n":2}\n"a bowl"\n', "p.jsonl")
    assert found == [{"product": "vase", "n": 2}, {"prompt": "a bowl"}]


@pytest.mark.parametrize(("line", "said"), [("{oops}", "Row 2 is no JSON"), ("[1]", "neither")])
def test_a_json_line_that_is_no_row_is_named(line, said):
    assert said in refusal(f'{{"a":1}}\n{line}\n', "p.jsonl")


def test_an_unknown_ending_lists_the_known_ones():
    said = refusal("a", "prompts.docx")
    assert ".csv" in said
    assert ".xlsx" in said


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    assert "64 MB fit" in refusal(b"a" * ((64 << 20) + 1))


def test_a_workbook_gives_its_first_sheet_with_whole_numbers_whole():
    found = rows(workbook([["product", "seed"], ["vase", 7], ["bowl", 2.5]]), "p.xlsx")
    assert found == [{"product": "vase", "seed": 7}, {"product": "bowl", "seed": 2.5}]


def test_something_else_named_xlsx_is_refused():
    assert "no Excel workbook" in refusal(b"PK\x03\x04 nothing", "p.xlsx")


@given(st.binary(max_size=400), st.sampled_from(["p.csv", "p.txt", "p.jsonl", "p.xlsx"]))
def test_whatever_the_bytes_they_are_read_or_refused_in_a_sentence(data, name):
    try:
        table = read_prompts(data, name)
    except BadPrompts as refused:
        assert name in refused.detail  # noqa: PT017 - either outcome is right, each is looked at
    else:
        assert isinstance(table, PromptTable)
        assert table.rows


def workbook(cells: list[list]) -> bytes:
    """The smallest workbook with these cells in its only sheet."""
    body = "".join(f"<row>{''.join(_cell(value) for value in row)}</row>" for row in cells)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kind}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData>'
        "</worksheet>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return file.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"
