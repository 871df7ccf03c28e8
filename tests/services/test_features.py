"""Optional features: off at first, for managers alone, and switched for one server at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services import features
from bot.services.features import Feature
from bot.services.refusals import Because, Refusal
from tests.services.conftest import Clinic, refused


@pytest.mark.parametrize("feature", Feature)
async def test_a_feature_is_off_until_it_is_switched_on_and_only_on_that_server(
    clinic: Clinic, tmp_path: Path, feature: Feature
) -> None:
    elsewhere = Clinic(clinic.database, tmp_path, server_id=1_400_000_000_000_000_001)
    await elsewhere.set_up()

    async def may_be_used(where: Clinic) -> bool:
        async with where.database.transaction() as tx:
            try:
                await features.require(tx, where.server_id, feature)
            except Refusal:
                return False
        return True

    assert not await may_be_used(clinic)
    for on in (True, True, False, False, True):  # twice is once
        shown = await features.switch(clinic.database, clinic.owner, feature, on=on)
        assert (feature in shown) is on is await may_be_used(clinic)
        assert shown == await features.look(clinic.database, clinic.owner)
        assert not await may_be_used(elsewhere)


async def test_only_whoever_manages_the_server_sees_or_switches(clinic: Clinic) -> None:
    for person in (clinic.moderator, clinic.holder):
        assert await refused(features.look(clinic.database, person)) is Because.NEEDS_MANAGE_SERVER
        for feature in Feature:
            attempt = features.switch(clinic.database, person, feature, on=True)
            assert await refused(attempt) is Because.NEEDS_MANAGE_SERVER
    assert not await features.look(clinic.database, clinic.owner)
