"""Run proofs and print one table; the long form of all of them is written down as docs/proof.md."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime

from tests.prove.proof import Form, Proof, Row
from tests.prove.proofs import LONGEST, PROOFS
from tests.prove.table import markdown, write_page


def main() -> int:
    """Return 1 when a bar is missed or a weakened design is not caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--short", action="store_true", help="less of everything, in seconds")
    parser.add_argument("--only", choices=sorted({_file(proof) for proof in PROOFS}), help="of one file")
    asked = parser.parse_args()
    form = Form.SHORT if asked.short else Form.LONG
    began = time.perf_counter()
    chosen = [proof for proof in PROOFS if asked.only in (None, _file(proof))]
    # Side by side, and one more than there are processors: one of them mostly waits for programs that it
    # kills. The longest begins first, else it would go on alone while the others have ended.
    begun: dict[Proof, Future[Sequence[Row]]] = {}
    with ProcessPoolExecutor(max_workers=(os.cpu_count() or 1) + 1) as processes:
        for proof in sorted(chosen, key=lambda each: each not in LONGEST):
            begun[proof] = processes.submit(_rows, proof, form)
        rows = [row for proof in chosen for row in begun[proof].result()]
    seconds = time.perf_counter() - began
    sys.stdout.write(f"{markdown(rows)}\n\n{seconds:.0f} seconds\n")
    if form is Form.LONG and asked.only is None:
        write_page(rows, seconds=seconds, on=datetime.now(UTC).date())
    return 0 if all(row.met and row.caught for row in rows) else 1


def _rows(proof: Proof, form: Form) -> Sequence[Row]:
    return list(proof(form))


def _file(proof: Proof) -> str:
    return proof.__module__.rpartition(".")[2]


if __name__ == "__main__":
    sys.exit(main())
