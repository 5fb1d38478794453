"""What each verb does, without the terminal: paths in, results and findings out.

Verbs that write many files plan everything first, then act.
"""

from .intake import Intake, Taken, read_arrival, take, take_in
from .issue import Generated, generate
from .outcome import write_merge
from .plans import Extracted, diff, extract
from .sources import load_looks, load_template, period_number

__all__ = [
    "Extracted",
    "Generated",
    "Intake",
    "Taken",
    "diff",
    "extract",
    "generate",
    "load_looks",
    "load_template",
    "period_number",
    "read_arrival",
    "take",
    "take_in",
    "write_merge",
]
