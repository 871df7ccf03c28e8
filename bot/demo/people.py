"""The invented people of the pretend server, and the circles that they meet in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a person is on the server; it stands beside the name, as people there would write it."""

    MEMBER = ""
    FACILITATOR = "facilitator"
    MODERATOR = "moderator"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented. Whoever is `idle` never answers unasked: the visitor can be them."""

    name: str
    part: Part = Part.MEMBER
    idle: bool = False

    @property
    def nickname(self) -> str | None:
        """The name with the part, for those who have one."""
        return f"{self.name} ({self.part})" if self.part else None


@dataclass(frozen=True, slots=True)
class Meets:
    """When and where a circle meets every week, as its facilitator types it."""

    when: str
    minutes: str
    topic: str
    place: str


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle as its members know it, and what they say when they first meet."""

    name: str
    purpose: str
    seats: int
    hours: str
    held_by: str
    members: tuple[str, ...]
    first_words: tuple[tuple[str, str], ...]
    meets: Meets | None = None


SERVER = "Harbour Clinic Peers"
WELCOME = "Welcome. `/circle browse` shows our circles, and `/circle join` lets you into one."

# In the order in which the page offers them: first those whose eyes a visitor will want to see through.
# Leila is in no circle yet, so there is somebody who can still join one.
PEOPLE = (
    Person("Amina", idle=True),
    Person("Daniel", idle=True),
    Person("Leila", idle=True),
    Person("Priya"),
    Person("Tomasz"),
    Person("Aoife"),
    Person("Kwame"),
    Person("Sofia"),
    Person("Hiroshi"),
    Person("Mateo"),
    Person("Ingrid"),
    Person("Noor"),
    Person("Yusuf"),
    Person("Elena"),
    Person("Chiara"),
    Person("Emeka"),
    Person("Lucia"),
    Person("Maya", Part.FACILITATOR),
    Person("Samuel", Part.FACILITATOR),
    Person("Grace", Part.MODERATOR),
    Person("Ruth", Part.OWNER),
)

CIRCLES = (
    Circle(
        name="Tuesday Table",
        purpose="For community teams. We meet over lunch on Tuesdays, cameras optional.",
        seats=12,
        hours="WEEKDAYS",
        held_by="Maya",
        members=("Amina", "Daniel", "Priya", "Tomasz", "Aoife", "Kwame", "Sofia", "Hiroshi", "Noor", "Elena"),
        first_words=(
            ("Maya", "Welcome, everyone. We begin on Tuesday at half past twelve; come as you are."),
            ("Priya", "Glad to be here. I may be five minutes late, clinic permitting."),
            ("Kwame", "Same here. Looking forward to lunch that is not at my desk."),
        ),
        meets=Meets("tue 12:30", "45", "Lunch, and whatever the week brought", "Seminar room, first floor"),
    ),
    Circle(
        name="Night Shift",
        purpose="For wards and crisis lines at night. Mostly written, at whatever hour.",
        seats=10,
        hours="ALWAYS",
        held_by="Samuel",
        members=("Amina", "Kwame", "Mateo", "Ingrid", "Yusuf", "Chiara", "Emeka", "Lucia"),
        first_words=(
            ("Samuel", "Hello, night people. No fixed hour here: read and write when it is quiet."),
            ("Ingrid", "A place that is awake at four. Thank you."),
        ),
    ),
)
