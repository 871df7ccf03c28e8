"""Attackers on the privacy contract: they run against the real services, the real file and the real keys.

Every attack is also run on a design that was weakened on purpose (`weakened.py`), because an attack that
never succeeds shows nothing about what it attacks. `make prove` runs all of them.
"""
