"""Write docs/authority.md."""

from __future__ import annotations

from tests.authority.page import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
