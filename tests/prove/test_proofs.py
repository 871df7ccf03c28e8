"""The short form of every proof, for each change: so that no promise is broken without a sign."""

from __future__ import annotations

import pytest

from tests.prove.proof import Form, Proof
from tests.prove.proofs import PROOFS


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.__name__)
def test_every_promise_holds_and_every_weakened_design_is_caught(proof: Proof) -> None:
    rows = list(proof(Form.SHORT))
    assert [row for row in rows if not row.met] == []
    assert [row for row in rows if not row.caught] == []
