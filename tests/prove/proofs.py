"""All proofs, in the order of the table. To add one, write it in a file of its own and name it here."""

from __future__ import annotations

from collections.abc import Sequence

from tests.prove import authority, copies, failures, release, restoring, storage, writing
from tests.prove.proof import Proof

PROOFS: Sequence[Proof] = (
    storage.stored_answers,
    storage.recurrences,
    storage.sizes,
    storage.places,
    release.differences,
    release.sharing,
    release.polls,
    release.nested_totals,
    copies.private_copies,
    writing.written_bytes,
    failures.kills_and_power_cuts,
    failures.cancellations,
    failures.ailing_disks,
    restoring.drill,
    authority.forged_presses,
)

LONGEST = frozenset({authority.forged_presses, failures.kills_and_power_cuts})
