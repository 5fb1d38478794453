"""The private names of XlsxWriter that we use: each must be there, in the shape that we call it in."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings, SharedStringTable
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

import reconcile

CALLS = [
    (Workbook, "_get_packager", ["self"]),
    (Packager, "_create_package", ["self"]),
    (Packager, "_filename", ["self", "xml_filename"]),
    (Packager, "_write_custom_file", ["self"]),
    (Packager, "_write_shared_strings_file", ["self"]),
    (SharedStrings, "_assemble_xml_file", ["self"]),
    (SharedStrings, "_write_sst_strings", ["self"]),
    (SharedStringTable, "_get_shared_string_index", ["self", "string"]),
    (Format, "_get_xf_index", ["self"]),
    (Worksheet, "_check_dimensions", ["self", "row", "col", "ignore_row", "ignore_col"]),
    (Worksheet, "_write_string", ["self", "row", "col", "string", "cell_format"]),
    (Worksheet, "_write_rows", ["self"]),
    (Worksheet, "_write_hyperlinks", ["self"]),
    (Worksheet, "_write_sheet_data", ["self"]),
    (XMLwriter, "_escape_attributes", ["self", "attribute"]),
    (XMLwriter, "_escape_control_characters", ["data"]),
    (XMLwriter, "_set_xml_writer", ["self", "filename"]),
]


@pytest.mark.parametrize(("owner", "name", "parameters"), CALLS, ids=lambda v: str(v))
def test_each_private_call_takes_what_we_give_it(
    owner: type, name: str, parameters: list[str]
) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_no_private_name_is_used_that_is_not_listed() -> None:
    """Every ``super()._x`` and every private name of another object in the one module that may use them."""
    source = (Path(reconcile.__file__).parent / "writers" / "streamed_workbook.py").read_text(
        "utf-8"
    )
    own = set(re.findall(r"def (_[a-z]\w+)\(", source)) | set(
        re.findall(r"self\.(_\w+)(?: =|:|,)", source)
    )
    called = set(re.findall(r"super\(\)\.(_[a-z]\w+)|(?<!self)\.(_[a-z]\w+)\(", source))
    private = {first or second for first, second in called}
    listed = {name for _, name, _ in CALLS}
    assert private - own <= listed
    assert {name for name in own if any(hasattr(o, name) for o, _, _ in CALLS)} <= listed
