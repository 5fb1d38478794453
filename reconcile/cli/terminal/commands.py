"""click's commands, options and arguments, with texts that are put into words when they are shown.

They are declared in Chinese, before the language of the terminal is known; ``help`` and ``metavar``
answer in the language spoken when they are asked for. A help text is translated by paragraphs.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import click

from ...core.i18n import EN, ZH, joined, language_named, meant, spoken, tr
from .language import OPTION, VARIABLE, terminal_language, terminal_speaking

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    Type = click.ParamType[str]
else:
    Type = click.ParamType  # not generic before click 8.4

_KEPT = "\b\n"
"""In front of a paragraph whose line breaks click keeps."""


def option(*names: str, **kwargs: Any) -> Callable[[Any], Any]:
    """click.option, without its untyped surface."""
    return click.option(*names, cls=Option, **kwargs)


def argument(*names: str, **kwargs: Any) -> Callable[[Any], Any]:
    """click.argument, without its untyped surface."""
    return click.argument(*names, cls=Argument, **kwargs)


def command(name: str | None = None) -> Callable[[Callable[..., None]], Verb]:
    """Return a decorator that makes a verb of a function."""
    return cast(Callable[[Callable[..., None]], Verb], click.command(name, cls=Verb))


def coloured() -> bool | None:
    """Return False where NO_COLOR or TERM=dumb asks for plain text; None: as click sees the stream."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


class _Texts:
    """``help`` and ``metavar`` in the language being spoken."""

    _help: str | None = None
    _metavar: str | None = None

    @property
    def help(self) -> str | None:
        return _translated(self._help) if self._help else self._help

    @help.setter
    def help(self, text: str | None) -> None:
        self._help = text

    @property
    def metavar(self) -> str | None:
        return tr(self._metavar) if self._metavar else self._metavar

    @metavar.setter
    def metavar(self, text: str | None) -> None:
        self._metavar = text


class Option(_Texts, click.Option):
    """An option whose texts follow the terminal's language."""

    def make_metavar(self, ctx: click.Context | None = None) -> str:  # click 8.1 gives none
        """Return what stands for the value; click's names of kinds in words of ours."""
        text = super().make_metavar(*([ctx] if ctx else []))
        return _USAGE.get(text, text) if spoken() == ZH else text


class Argument(_Texts, click.Argument):
    """An argument whose texts follow the terminal's language."""


class Place(click.Path):
    """A path; click names its kind once, when it is declared, and in the language spoken then."""

    @property
    def name(self) -> str:
        """What kind of path it is, in the language being spoken."""
        return tr(_KINDS[self._name]) if self._name in _KINDS else self._name

    @name.setter
    def name(self, text: str) -> None:
        self._name = text


_KINDS = {"file": "文件", "directory": "文件夹", "path": "路径"}


class NewFile(Place):
    """Where a file is to be written, of a kind that we write: any other ending is refused."""

    def __init__(self, *endings: str) -> None:
        super().__init__(path_type=Path)
        self._endings = endings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if path.suffix.lower() not in self._endings:
            message = "{name}：文件名要以 {endings} 结尾"
            message = tr(message, name=path.name, endings=joined(self._endings))
            raise click.BadParameter(message, ctx, param)
        return path


class Day(click.DateTime):
    """A day, as 2022-07-08."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the day as a datetime."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            message = tr("“{value}”不是日期；写成 2022-07-08 这样", value=value)
            raise click.BadParameter(message, ctx, param) from None


class Words(Type):
    """A choice of words of ours, taken in both languages; a verb gets the Chinese one."""

    name = "word"

    def __init__(self, *words: str) -> None:
        self._words = words

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return the choices in the language being spoken."""
        return f"[{'|'.join(map(tr, self._words))}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word that a value means."""
        word = meant(str(value), self._words)
        if word in self._words:
            return word
        choices = " | ".join(map(tr, self._words))
        message = tr("“{value}”不行；可以写：{choices}", value=value, choices=choices)
        raise click.BadParameter(message, ctx, param)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the words that begin so."""
        return _completions(map(tr, self._words), incomplete)


class Language(Type):
    """zh or en, by any name that the plan's setting takes."""

    name = "language"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return the choices."""
        return "[zh|en]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return "zh" or "en"."""
        language = language_named(str(value)) if str(value).strip() else None
        if language is None:
            message = tr("“{value}”不行；可以写：{choices}", value=value, choices="zh | en")
            raise click.BadParameter(message, ctx, param)
        return language

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the languages that begin so."""
        return _completions((ZH, EN), incomplete)


def _completions(words: Iterable[str], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # for who asks

    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


def _language_option(**more: Any) -> Option:
    """The option that :func:`terminal_language` has read already; here it is only checked."""
    text = "这里显示用的语言；默认看 RECONCILE_LANG、LC_ALL、LANG，都没有则中文。文件用总台账“设置”里的语言"
    return Option([OPTION], type=Language(), expose_value=False, is_eager=True, help=text, **more)


QUIET, VERBOSE, JSON = "quiet", "verbose", "json"
"""How much is printed, and for whom; kept where all contexts of a run share it."""


def wanted(manner: str) -> bool:
    """Return whether the command line asks for QUIET, VERBOSE or JSON."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(f"{__name__}.{manner}"))


def _keep(manner: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def keep(ctx: click.Context, _: click.Parameter, given: bool) -> None:
        if given:
            ctx.meta[f"{__name__}.{manner}"] = True

    return keep


json_option = option(
    "--json", is_flag=True, expose_value=False, callback=_keep(JSON), help="输出 JSON，供程序使用"
)


def _volume_options() -> Iterator[Option]:
    for short, manner, words in (
        ("-q", QUIET, "只说没做成的；别的看退出码"),
        ("-v", VERBOSE, "在标准错误上多说：读了什么，从哪里读的，每一步几秒"),
    ):
        yield Option(
            [short, f"--{manner}"], is_flag=True, expose_value=False, is_eager=True,
            callback=_keep(manner), help=words,
        )  # fmt: skip


class _Command(_Texts, click.Command):
    """What verbs and their group share."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence, whole: Chinese has no blanks to cut it at."""
        text = (self.help or "").partition("\n\n")[0]
        return " ".join(text.split()).rstrip("。.")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return click's own option, with words of ours."""
        help_option = super().get_help_option(ctx)
        if help_option is not None:
            help_option.help = tr("显示这份说明")
        return help_option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the pieces of the usage line, those of click in the language being spoken."""
        return [
            _USAGE[p] if spoken() == ZH and p in _USAGE else p
            for p in super().collect_usage_pieces(ctx)
        ]


_USAGE = {
    "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…", "TEXT": "文字", "INTEGER": "整数", "INTEGER RANGE": "整数", "FLOAT RANGE": "数",
}  # fmt: skip
"""Words of click that it does not hand to gettext."""


class Verb(_Command, click.Command):
    """One command; it takes ``--lang`` as its group does."""

    def __init__(self, *arguments: Any, **kwargs: Any) -> None:
        super().__init__(*arguments, **kwargs)
        self.params += (*_volume_options(), _language_option())


class Group(_Command, click.Group):
    """All verbs, in the order of the work; decides the language before anything is read or printed."""

    def __init__(self, *arguments: Any, **kwargs: Any) -> None:
        super().__init__(*arguments, **kwargs)
        self.params += (*_volume_options(), _language_option(envvar=VARIABLE))

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        """Run a command line in the language that it asks for."""
        given = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):
            # A pipe on Windows is GBK, or less: a character it lacks must not stop the work.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        with terminal_speaking(terminal_language(given, os.environ)):
            return super().main(args, *more, color=coloured(), **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs as they were added."""
        return list(self.commands)

    def make_context(self, *arguments: Any, **extra: Any) -> click.Context:
        """Read the group's own options."""
        try:
            return super().make_context(*arguments, **extra)
        except click.ClickException as error:
            _raise_shown(error)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; what it refuses is shown so that nothing in it acts on the terminal."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:  # names the file it is about
            _raise_shown(error)


def _raise_shown(error: click.ClickException) -> NoReturn:
    from ...core.text import printable

    message = printable(error.format_message())
    if spoken() == ZH:  # the stops that click sets itself
        message = re.sub(r"\.$", "。", message.replace("。 ", "。"))
    message = click.style(message, fg="red")
    vars(error)["format_message"] = lambda: message
    raise error


def _translated(text: str) -> str:
    """A help text in the language being spoken, paragraph by paragraph."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    kept = [_KEPT if p.startswith(_KEPT) else "" for p in paragraphs]
    return "\n\n".join(k + tr(p.removeprefix(k)) for k, p in zip(kept, paragraphs, strict=True))
