"""The check-in form, part by part: one page, four taps, nothing to type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from bot import ui
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import CONTINUUM, Answers, Continuum
from bot.services.windows import OpenWindow
from cogs.checkins import messages

MOST_WINDOWS = 10
"""As many ids as a custom_id has room for; further circles are answered by naming them."""

_CIRCLES, _SERVER = "circles", "server"


def state_of(windows: Sequence[OpenWindow]) -> str:
    """Return the windows as the form's custom_id holds them: those of circles, then the server's."""
    circles, server = _apart(windows)
    return f"{_ids(circles)}/{_ids(server)}"


def parts(windows: Sequence[OpenWindow]) -> list[discord.ui.Item[Any]]:
    """Return the parts of the form.

    Discord allows five. Where both circles and the whole server ask, the fifth is the choice between
    them, and who can see the answer is said above the first question instead of on its own.
    """
    circles, server = _apart(windows)
    scales = [_scale(name, scale) for name, scale in messages.SCALES.items()]
    if circles and server:
        return [_continuum(messages.WHO_CAN_SEE_SHORT), *scales, _where(circles)]
    return [discord.ui.TextDisplay(messages.who_can_see(windows)), _continuum(None), *scales]


def windows_of(state: str, fields: ui.Fields) -> tuple[int, ...]:
    """Return the windows that are to count the answer, from what the form came back with."""
    in_circles, _, in_server = state.partition("/")
    if in_circles and in_server:
        chosen = {_CIRCLES: in_circles, _SERVER: in_server}.get(ui.text(fields, "where"))
        if chosen is None:
            raise Refusal(Because.INCOMPLETE_ANSWER)
        return ui.numbers(chosen)
    return ui.numbers(in_circles or in_server)


def answers_of(fields: ui.Fields) -> Answers:
    """Return the answers. Refuses what the form cannot have held."""
    try:
        return Answers(
            continuum=Continuum(ui.text(fields, "continuum")),
            **{name: _step(ui.text(fields, name)) for name in messages.SCALES},
        )
    except ValueError:
        raise Refusal(Because.INCOMPLETE_ANSWER) from None


def _continuum(description: str | None) -> discord.ui.Label[Any]:
    options = [
        discord.RadioGroupOption(label=label, value=step.value, description=line)
        for step, (label, line) in zip(CONTINUUM, messages.CONTINUUM, strict=True)
    ]
    return discord.ui.Label(
        text=messages.CONTINUUM_QUESTION,
        description=description,
        component=discord.ui.RadioGroup(custom_id="continuum", options=options),
    )


def _scale(name: str, scale: messages.Scale) -> discord.ui.Label[Any]:
    options = [
        discord.RadioGroupOption(label=label, value=str(step))
        for step, label in enumerate(scale.labels, start=1)
    ]
    return discord.ui.Label(
        text=scale.question, component=discord.ui.RadioGroup(custom_id=name, options=options)
    )


def _where(circles: Sequence[OpenWindow]) -> discord.ui.Label[Any]:
    options = [
        discord.RadioGroupOption(label=messages.in_circles(circles), value=_CIRCLES, default=True),
        discord.RadioGroupOption(label=messages.IN_THE_SERVER, value=_SERVER),
    ]
    return discord.ui.Label(
        text=messages.WHERE_QUESTION,
        description=messages.WHERE_HINT,
        component=discord.ui.RadioGroup(custom_id="where", options=options),
    )


def _ids(windows: Sequence[OpenWindow]) -> str:
    return ".".join(str(window.window_id) for window in windows)


def _apart(windows: Sequence[OpenWindow]) -> tuple[list[OpenWindow], list[OpenWindow]]:
    circles = [window for window in windows if window.circle_id is not None]
    return circles, [window for window in windows if window.circle_id is None]


def _step(text: str) -> int:
    if len(text) != 1:
        raise ValueError("a step is one digit")
    return int(text)
