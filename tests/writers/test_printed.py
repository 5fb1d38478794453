"""A number as a cell shows it, where no program is there to show it: on the web page and in a mail."""

from __future__ import annotations

from datetime import date

import pytest

from reconcile.writers.cells import printed


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.5, "0.##%", "50%"),
        (0.12345, "0.##%", "12.35%"),
        (1 / 3, "0.0%", "33.3%"),
        (1, "0.0%", "100.0%"),
        (11.75, "0.0", "11.8"),
        (-11.75, "0.0", "-11.8"),
        (-11.75, "+0.0;-0.0;0.0", "-11.8"),
        (2.25, "+0.0;-0.0;0.0", "+2.3"),
        (0, "+0.0;-0.0;0.0", "0.0"),
        (3.5, "+0.####;-0.####;0", "+3.5"),
        (14.0, "", "14"),
        (14.5, "General", "14.5"),
        (True, "0.0%", "TRUE"),
        ("0.5", "0.0%", "0.5"),
        (date(2022, 7, 8), "yyyy-mm-dd", "2022-07-08"),
        (None, "0", ""),
    ],
)
def test_a_number_is_printed_as_its_cell_shows_it(value: object, code: str, shown: str) -> None:
    assert printed(value, code) == shown
