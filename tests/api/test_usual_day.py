"""As of which day a period is merged where nobody names one."""

from __future__ import annotations

from datetime import date

import pytest
from bench_forms import plan

from reconcile.api.inputs import usual_day

END = plan().periods[1].end


@pytest.mark.parametrize(
    ("deadline", "today", "as_of"),
    [
        ("2022年7月5日", date(2022, 6, 20), date(2022, 6, 20)),
        ("2022年7月5日", date(2022, 10, 5), date(2022, 10, 5)),
        ("2022年7月5日", date(2022, 10, 6), date(2022, 7, 5)),
        ("2022年7月5日", date(2026, 1, 1), date(2022, 7, 5)),
        ("", date(2022, 9, 30), date(2022, 9, 30)),
        ("", date(2022, 10, 1), date(2022, 6, 30)),
        ("国庆后", date(2026, 1, 1), date(2022, 6, 30)),
        ("2022年6月25日", date(2026, 1, 1), date(2022, 6, 30)),
        ("2023年1月10日", date(2026, 1, 1), date(2022, 6, 30)),  # another period's
    ],
)  # fmt: skip
def test_today_until_the_period_has_long_ended(deadline: str, today: date, as_of: date) -> None:
    assert date(2022, 6, 30) == END
    ours = plan()
    settings = {**ours.settings, "截止日期": deadline}
    fields = {name: getattr(ours, name) for name in type(ours).__dataclass_fields__}
    changed = type(ours)(**{**fields, "settings": settings})
    assert usual_day(changed, 2, today) == as_of
