"""The check-in form, part by part: one page, four taps, nothing to type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot import ui
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import CONTINUUM, Answers, Continuum
from bot.services.windows import OpenWindow
from cogs.checkins import messages

MOST_WINDOWS = 10
"""As many as a choice in a form can hold; further circles are answered by naming them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Windows of which one may be chosen. `begins` says whether the first of them is chosen in advance."""

    windows: Sequence[OpenWindow]
    begins: bool

    @property
    def state(self) -> str:
        """The windows as the form's custom_id holds them."""
        return ".".join(str(window.window_id) for window in self.windows)


def offer(windows: Iterable[OpenWindow], *, first: Callable[[OpenWindow], bool]) -> Offer:
    """Put the window that the person means, if there is one, before all others."""
    ordered = sorted(windows, key=lambda window: not first(window))[:MOST_WINDOWS]
    return Offer(ordered, begins=bool(ordered) and first(ordered[0]))


def parts(offered: Offer) -> list[discord.ui.Item[Any]]:
    """Return the parts of the form.

    Discord allows five. Where there is more than one window, the fifth is the choice between them, and
    who can see the answer is said above the first question instead of on its own.
    """
    scales = [_scale(name, scale) for name, scale in messages.SCALES.items()]
    if len(offered.windows) > 1:
        return [_where(offered), _continuum(messages.WHO_CAN_SEE_SHORT), *scales]
    return [discord.ui.TextDisplay(messages.who_can_see(offered.windows[0])), _continuum(None), *scales]


def window_of(state: str, fields: ui.Fields) -> int:
    """Return the window that is to count the answer, from what the form came back with."""
    offered = ui.numbers(state)
    if len(offered) == 1:
        return offered[0]
    chosen = [window_id for window_id in offered if str(window_id) == ui.text(fields, "where")]
    if not chosen:
        raise Refusal(Because.INCOMPLETE_ANSWER)
    return chosen[0]


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


def _where(offered: Offer) -> discord.ui.Label[Any]:
    options = [
        discord.RadioGroupOption(
            label=messages.place(window),
            value=str(window.window_id),
            default=offered.begins and number == 0,
        )
        for number, window in enumerate(offered.windows)
    ]
    return discord.ui.Label(
        text=messages.WHERE_QUESTION,
        description=messages.WHERE_HINT,
        component=discord.ui.RadioGroup(custom_id="where", options=options),
    )


def _step(text: str) -> int:
    if len(text) != 1:
        raise ValueError("a step is one digit")
    return int(text)
