"""What has become of a channel when its circle ended."""

from __future__ import annotations

from enum import Enum


class Done(Enum):
    """`forbidden`: Discord did not allow it. `later`: Discord is in trouble, and it is tried again."""

    KEPT = "kept"
    DELETED = "deleted"
    FORBIDDEN = "forbidden"
    LATER = "later"
