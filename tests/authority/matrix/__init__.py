"""The matrix: every way in, and what everybody is answered. A new one gets its row in one of these files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.authority.matrix.buttons import BUTTONS
from tests.authority.matrix.commands import COMMANDS
from tests.authority.matrix.forms import FORMS
from tests.authority.matrix.suggestions import SUGGESTIONS
from tests.authority.rows import Entry, Kind

MATRIX: Mapping[Kind, Sequence[Entry]] = {
    Kind.COMMAND: COMMANDS,
    Kind.SUGGESTION: SUGGESTIONS,
    Kind.BUTTON: BUTTONS,
    Kind.FORM: FORMS,
}
