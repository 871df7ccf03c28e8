"""Proofs of what Respite promises, in figures: `python -m tests.prove` runs all and writes docs/proof.md."""
