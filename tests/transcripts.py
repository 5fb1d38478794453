"""What the READMEs show of the demo."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def transcript(page: str) -> set[str]:
    """Return the lines of the demo that a README shows, without the "…" where it left some out."""
    blocks = (CHECKOUT / page).read_text(encoding="utf-8").split("```\n")[1::2]
    (shown,) = (block for block in blocks if block.startswith("1. extract"))
    return set(shown.splitlines()) - {"…"}
