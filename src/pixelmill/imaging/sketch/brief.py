"""Reads a prompt into what to draw: subject, colours, surface, props and mood.

The prompt is only ever looked up word by word in fixed tables; nothing of it reaches the picture.
"""

import hashlib
import re
from dataclasses import dataclass
from itertools import pairwise

from pixelmill.imaging.sketch.palette import COLOURS
from pixelmill.imaging.sketch.vocabulary import (
    BACKDROP_WORDS,
    MOODS,
    PLAIN_WORDS,
    PLINTHS,
    PROPS,
    SETTING_WORDS,
    SURFACES,
)

_WORD = re.compile(r"[a-z]+|[,.;:]")
_READ = 4000
"""Characters of a prompt that are read for words; the digest covers all of it."""
_GENERIC = frozenset({"bottle", "bottles", "jar", "jars", "box", "package", "glass", "oil", "tube"})


@dataclass(frozen=True, slots=True)
class Brief:
    """What the prompt asks for, in the artist's own words; None where it says nothing."""

    subject: str | None
    scene: str | None
    colour: str | None
    accent: str | None
    backdrop: str | None
    surface: str | None
    plinth: str | None
    props: frozenset[str]
    mood: str
    plain: bool
    digest: int


@dataclass(frozen=True, slots=True)
class _Term:
    """One known word or pair of words, where it stands and whether it describes the setting."""

    text: str
    at: int
    setting: bool


def read(prompt: str, negative: str, subjects: dict[str, str], scenes: dict[str, str]) -> Brief:
    """The brief for a prompt. `subjects`, `scenes` map words to the names of makers."""
    words = _words(prompt)
    banned = set(_words(negative))
    known = (subjects, scenes, COLOURS, SURFACES, PLINTHS, PROPS, MOODS)
    terms = _terms(words, known)
    terms = [t for t in terms if t.text not in banned]
    head = _head(terms, subjects, scenes)
    backdrop, used = _backdrop(words, terms, head)
    surface = _surface(terms, head, used)
    colour, accent = _colours(terms, head, used | ({surface.at} if surface else set()))
    pick = head.text if head else ""
    plinth = next((PLINTHS[t.text] for t in terms if t.text in PLINTHS and t is not head), None)
    if plinth == "round" and "square" in words:
        plinth = "square"
    props = frozenset(PROPS[t.text] for t in terms if t.text in PROPS and t is not head)
    moods = [MOODS[t.text] for t in terms if t.text in MOODS and t is not head]
    mood = "neon" if "neon" in moods else next(iter(moods), "")
    digest = hashlib.blake2b(f"{prompt}\0{negative}".encode("utf-8", "replace"), digest_size=8)
    return Brief(
        subject=subjects.get(pick),
        scene=None if pick in subjects else scenes.get(pick),
        colour=colour,
        accent=accent,
        backdrop=backdrop,
        surface=surface.text if surface else None,
        plinth=None if plinth and "plinth" in banned else plinth,
        props=props,
        mood=mood,
        plain=_plain(words, backdrop),
        digest=int.from_bytes(digest.digest(), "big"),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text[:_READ].lower())


def _terms(
    words: list[str], known: tuple[dict[str, object], ...] | tuple[dict, ...]
) -> list[_Term]:
    """The known words, longest match first, each flagged if it follows `on`, `in` or a comma."""
    terms: list[_Term] = []
    setting, at = False, 0
    while at < len(words):
        for count in (3, 2, 1):
            text = " ".join(words[at : at + count])
            single = text[:-1] if count == 1 and text.endswith("s") and len(text) > 3 else text
            found = next((w for w in (text, single) if any(w in t for t in known)), None)
            if found is not None and at + count <= len(words):
                terms.append(_Term(found, at, setting))
                at += count - 1
                break
        if words[at] in SETTING_WORDS or (words[at] in ",.;:" and terms):
            setting = True
        at += 1
    return terms


def _head(terms: list[_Term], subjects: dict[str, str], scenes: dict[str, str]) -> _Term | None:
    """The term that names the picture's subject: the last noun before the setting begins."""
    for setting in (False, True):
        side = [t for t in terms if t.setting is setting]
        nouns = [t for t in side if t.text in subjects]
        sure = [t for t in nouns if t.text not in _GENERIC]
        places = [t for t in side if t.text in scenes]
        if setting:
            nouns = [t for t in nouns if t.text not in SURFACES]
            sure = [t for t in sure if t.text not in SURFACES]
            sure, nouns = sure[:1], nouns[:1]
        for group in (sure, nouns, places):
            if group:
                return group[-1]
    return None


def _backdrop(
    words: list[str], terms: list[_Term], head: _Term | None
) -> tuple[str | None, set[int]]:
    """The colour bound to a word like `background`, and the positions it takes up."""
    for term in terms:
        if term.text not in COLOURS or term is head:
            continue
        end = term.at + len(term.text.split())
        after = words[end : end + 2]
        before = words[max(term.at - 3, 0) : term.at]
        if any(w in BACKDROP_WORDS for w in after) and "," not in after[:1]:
            return term.text, {term.at}
        if "against" in before or ("background" in before and "," not in before):
            return term.text, {term.at}
        last = not words[end:] or words[end] in ",.;:"
        if term.setting and last and "on" in before and term.text not in SURFACES:
            return term.text, {term.at}
    return None, set()


def _surface(terms: list[_Term], head: _Term | None, used: set[int]) -> _Term | None:
    """The first surface of the setting; before the subject only words that are no colour."""
    for term in terms:
        if term.text in SURFACES and term.setting and term is not head and term.at not in used:
            return term
    return None


def _colours(
    terms: list[_Term], head: _Term | None, used: set[int]
) -> tuple[str | None, str | None]:
    """The product's colour (nearest before the subject, else the first free one) and a second."""
    free = [t for t in terms if t.text in COLOURS and t.at not in used and t is not head]
    if head is None:
        found = free
    else:
        before = [t for t in free if t.at < head.at and t.setting is head.setting]
        rest = [t for t in free if t not in before]
        found = before[::-1] + rest
        if head.text in COLOURS and not before and not head.setting:
            return (head.text, found[0].text if found else None)
    names = [t.text for t in found]
    return (names[0] if names else None, names[1] if len(names) > 1 else None)


def _plain(words: list[str], backdrop: str | None) -> bool:
    pairs = set(pairwise(words))
    asked = backdrop in {"white", "snow"} or ("on", "white") in pairs
    return asked or any(w in PLAIN_WORDS for w in words)
