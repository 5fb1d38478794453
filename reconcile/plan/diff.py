"""Two plans -> what changed between them. Pure.

Tasks are paired by number and goal, then by goal, then by a goal that is much
the same, then by number; what is left over was dropped or added.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from ..core.form import chosen
from ..core.i18n import Listed, Phrase
from ..core.plan import Period, Plan, Task, Unit
from ..core.prefill import BASIS_WORDS, COMPARATOR_WORDS
from ..core.settings import CHOICES, Setting
from ..core.text import fold

Text = str | Phrase

# Below this (0 to 1, difflib's ratio) two goals of different numbers are two tasks.
_ALIKE = 0.6


def compare(old: Plan, new: Plan) -> tuple[Change, ...]:
    """Return every change from one plan to another, by kind and number.

    Differences of white space and of forms of the same sign do not count, nor
    does the order of units in a cell. Rulings and words for states are not compared.
    """
    captions = _paired_periods(old.periods, new.periods)
    pairs = pair_tasks(old.tasks, new.tasks)
    kept = {id(task) for pair in pairs for task in pair}
    found = [_whole(DROPPED, t) for t in old.tasks if id(t) not in kept]
    found += [_whole(ADDED, t) for t in new.tasks if id(t) not in kept]
    for before, after in pairs:
        found += _task_changes(before, after, captions)
    found += _indicator_changes(old, new, captions, pairs)
    found += _unit_changes(old.units, new.units)
    found += _period_changes(old.periods, new.periods, captions)
    found += _setting_changes(old, new)
    order = {kind: place for place, kind in enumerate(KINDS)}
    # Sorting is stable: fields of a task stay in their order.
    found.sort(key=lambda c: (order[c.kind], c.new if c.new is not None else c.old or 0))
    return tuple(found)


def _whole(kind: str, task: Task) -> Change:
    old, new = (task.number, None) if kind == DROPPED else (None, task.number)
    return Change(kind, old, new, task.goal, units=(*task.lead, *task.support))


def pair_tasks(old: Sequence[Task], new: Sequence[Task]) -> list[tuple[Task, Task]]:
    """Return the pairs of tasks that are one and the same, in the order of the new plan."""
    left, right = list(old), list(new)
    pairs: list[tuple[Task, Task]] = []

    def take(key: Callable[[Task], object]) -> None:
        by_key: dict[object, list[Task]] = {}
        for task in left:
            by_key.setdefault(key(task), []).append(task)
        for task in right[:]:
            same = by_key.get(key(task))
            if same:
                _join(same.pop(0), task)

    def _join(before: Task, after: Task) -> None:
        pairs.append((before, after))
        left.remove(before)
        right.remove(after)

    take(lambda task: (task.number, fold(task.goal)))
    take(lambda task: fold(task.goal) or task.number)
    alike = sorted(
        ((_ratio(a.goal, b.goal), a, b) for a in left for b in right),
        key=lambda found: (-found[0], found[1].number != found[2].number),
    )
    for ratio, before, after in alike:
        if ratio >= _ALIKE and before in left and after in right:
            _join(before, after)
    take(lambda task: task.number)
    places = {id(task): place for place, task in enumerate(new)}
    return sorted(pairs, key=lambda pair: places[id(pair[1])])


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, fold(one), fold(other), autojunk=False).ratio()


def _task_changes(old: Task, new: Task, captions: Mapping[str, str]) -> Iterator[Change]:
    """Yield what was edited in one task; ``captions`` leads from new periods to old ones."""
    units = tuple(dict.fromkeys((*old.lead, *old.support, *new.lead, *new.support)))

    def change(kind: str, field: Text = "", before: Text = "", after: Text = "") -> Change:
        return Change(kind, old.number, new.number, new.goal, field, before, after, units)

    if old.number != new.number:
        yield change(RENUMBERED, Phrase("序号"), str(old.number), str(new.number))
    texts: list[tuple[Text, str, str]] = [
        (Phrase("类别"), "\n".join(old.sections), "\n".join(new.sections)),
        (Phrase("目标任务"), old.goal, new.goal),
    ]
    texts += [
        (caption, old.milestones.get(captions.get(caption, caption), ""), text)
        for caption, text in new.milestones.items()
    ]
    extras = dict.fromkeys((*old.extras, *new.extras))
    texts += [(Phrase(c), old.extras.get(c, ""), new.extras.get(c, "")) for c in extras]
    for field, before, after in texts:
        if fold(before) != fold(after):
            yield change(EDITED, field, before, after)
    for role, names, now in (
        (Phrase("牵头单位"), old.lead, new.lead),
        (Phrase("共同责任单位"), old.support, new.support),
    ):
        if {fold(n) for n in names} != {fold(n) for n in now}:
            yield change(EDITED, role, _listed(names), _listed(now))


def _indicator_changes(
    old: Plan, new: Plan, captions: Mapping[str, str], pairs: Sequence[tuple[Task, Task]]
) -> Iterator[Change]:
    """Yield indicators that came, went, or have another target, by task and name."""
    numbers = {after.number: before.number for before, after in pairs}
    units = {
        t.number: tuple(dict.fromkeys((*t.lead, *t.support))) for t in (*old.tasks, *new.tasks)
    }
    left = {(i.number, fold(i.name)): i for i in old.indicators}
    for now in new.indicators:
        was = left.pop((numbers.get(now.number, -1), fold(now.name)), None)
        number = numbers.get(now.number)
        if was is None:
            yield Change(
                INDICATORS, number, now.number, now.name, "", "", Phrase("新增"), units[now.number]
            )
            continue
        values: list[tuple[Text, Text, Text]] = [
            (Phrase("全年目标"), str(was.annual or ""), str(now.annual or "")),
            *(
                (c, str(was.targets.get(captions.get(c, c)) or ""), str(now.targets.get(c) or ""))
                for c in captions
            ),
            (Phrase("计量单位"), was.measure, now.measure),
            (Phrase("口径"), Phrase(BASIS_WORDS[was.basis]), Phrase(BASIS_WORDS[now.basis])),
            (Phrase("比较"), COMPARATOR_WORDS[was.comparator], COMPARATOR_WORDS[now.comparator]),
        ]
        for field, before, after in values:
            if before != after:
                yield Change(
                    INDICATORS,
                    number,
                    now.number,
                    now.name,
                    field,
                    before,
                    after,
                    units[now.number],
                )
    for was in left.values():
        known = units.get(was.number, ())
        yield Change(INDICATORS, was.number, None, was.name, "", Phrase("取消"), "", known)


def _unit_changes(old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Change]:
    """Yield units that came, went, or have another entry in the register.

    A unit whose old name is now an alias is the same unit.
    """
    before = {fold(n): u for u in old for n in (*u.aliases, u.name)}
    seen: set[str] = set()
    for unit in new:
        names = (unit.name, *unit.aliases)
        was = next((before[fold(n)] for n in names if fold(n) in before), None)
        if was is None:
            yield Change(UNITS, None, None, unit.name, "", "", Phrase("新增"), (unit.name,))
            continue
        seen.add(was.name)
        lines: tuple[tuple[Text, Text, Text], ...] = (
            (Phrase("名称"), was.name, unit.name),
            (Phrase("简称"), _listed(was.aliases), _listed(unit.aliases)),
            (Phrase("类型"), _kind(was), _kind(unit)),
            (Phrase("集合单位成员"), _listed(was.members), _listed(unit.members)),
            (Phrase("联系人"), was.contact, unit.contact),
            (Phrase("联系电话"), was.phone, unit.phone),
            (Phrase("电子邮箱"), was.email, unit.email),
            (Phrase("是否发表"), _gets_form(was), _gets_form(unit)),
            (Phrase("备注"), was.remark, unit.remark),
        )
        for field, before_, after in lines:
            if _bare(before_) != _bare(after):
                yield Change(UNITS, None, None, unit.name, field, before_, after, (unit.name,))
    for unit in old:
        if unit.name not in seen:
            yield Change(UNITS, None, None, unit.name, "", Phrase("取消"), "", (unit.name,))


def _kind(unit: Unit) -> Phrase:
    return Phrase("集合单位" if unit.group else "单位")


def _gets_form(unit: Unit) -> Phrase:
    return Phrase("是" if unit.gets_form else "否")


def _listed(names: Sequence[str]) -> Text:
    return Listed(names) if names else ""


def _bare(text: Text) -> object:
    """A text as texts are compared: without regard to white space and forms of the same sign."""
    if isinstance(text, Listed):
        return tuple(fold(str(part)) for part in text.parts)
    return fold(text) if isinstance(text, str) else text


def _paired_periods(old: Iterable[Period], new: Iterable[Period]) -> dict[str, str]:
    """Return the old caption for each new one: the same caption, else the same last day."""
    names = {fold(p.caption): p.caption for p in old}
    days = {p.end: p.caption for p in old if p.end}
    found: dict[str, str] = {}
    new = list(new)
    for period in new:
        if fold(period.caption) in names:
            found[period.caption] = names[fold(period.caption)]
    for period in new:
        caption = days.get(period.end)
        if period.caption not in found and caption and caption not in found.values():
            found[period.caption] = caption
    return found


def _period_changes(
    old: Sequence[Period], new: Sequence[Period], captions: Mapping[str, str]
) -> Iterator[Change]:
    before = {p.caption: p for p in old}
    for period in new:
        was = before.get(captions.get(period.caption, ""))
        if was is None:
            yield Change(PERIODS, None, None, period.caption, "", "", Phrase("新增"))
            continue
        for field, theirs, ours in (
            (Phrase("名称"), was.caption, period.caption),
            (Phrase("时段结束"), was.end.isoformat(), period.end.isoformat()),
            (Phrase("报送截止"), was.deadline, period.deadline),
            (Phrase("已过月数"), f"{was.months:g}", f"{period.months:g}"),
        ):
            if theirs != ours:
                yield Change(PERIODS, None, None, period.caption, field, theirs, ours)
    for period in old:
        if period.caption not in captions.values():
            yield Change(PERIODS, None, None, period.caption, "", Phrase("取消"), "")
    order = [captions[p.caption] for p in new if p.caption in captions]
    was_order = [p.caption for p in old if p.caption in order]
    if order != was_order:
        yield Change(PERIODS, None, None, Phrase("次序"), "", _listed(was_order), _listed(order))


def _setting_changes(old: Plan, new: Plan) -> Iterator[Change]:
    pairs: list[tuple[str, Text, Text]] = [
        (Setting.TITLE, old.title, new.title),
        (Setting.DOCUMENT, old.document, new.document),
        (Setting.OFFICE, old.office, new.office),
        (Setting.YEAR, str(old.year), str(new.year)),
    ]
    names = dict.fromkeys((*old.settings, *new.settings))
    pairs += [(name, old.settings.get(name, ""), new.settings.get(name, "")) for name in names]
    for name, before, after in pairs:
        units: tuple[str, ...] = ()
        if name in CHOICES:  # an empty line says what is usual
            before, after = (Phrase(chosen(plan, name)) for plan in (old, new))
        if name == Setting.SUPPORT:
            units = tuple(dict.fromkeys(n for t in new.tasks for n in t.support))
        if _bare(before) != _bare(after):
            yield Change(SETTINGS, None, None, Phrase(name), "", before, after, units)
    if old.key != new.key:
        # A secret is not printed; but forms issued with the other one will be refused.
        yield Change(
            SETTINGS,
            None,
            None,
            Phrase(Setting.KEY),
            "",
            Phrase("（不显示）"),
            Phrase("已改变，按旧总台账发出的表将不被认可"),
        )


ADDED, DROPPED, RENUMBERED, EDITED = "新增任务", "取消任务", "改号", "修改任务"


INDICATORS, UNITS, PERIODS, SETTINGS = "量化指标", "单位", "时段", "设置"


KINDS = (ADDED, DROPPED, RENUMBERED, EDITED, INDICATORS, UNITS, PERIODS, SETTINGS)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same in both plans.

    ``kind`` is one of :data:`KINDS`. ``old`` and ``new`` are the task's numbers
    (None where it is not in that plan), ``name`` its goal, or the name of a
    unit, period or setting. ``field`` is the caption of what was edited, "" for
    the whole. Words of ours are phrases. ``units`` are those whose forms show it: lead and support, old
    and new, as the plans name them.
    """

    kind: str
    old: int | None
    new: int | None
    name: Text
    field: Text = ""
    before: Text = ""
    after: Text = ""
    units: tuple[str, ...] = ()

    def in_words(self) -> dict[str, object]:
        """Return the same by name of the field, phrases as texts in the language being spoken."""
        found = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: str(value) if isinstance(value, Phrase) else value for name, value in found}
