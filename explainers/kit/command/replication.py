"""Findings tried again: on data that nobody has looked at, and where nothing was learned."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType

from explainers.kit.build import checkpoint, project
from explainers.kit.build.finding import Finding
from explainers.kit.build.project import Marked, Page
from explainers.kit.build.step import called, paragraph, recorded, sound_claim, sound_fact
from explainers.kit.build.trial import Trial
from explainers.kit.errors import Mistake

DAMAGES = (1, 2, 3, 4)
DAMAGED_SETS = 1000  # fresh sets of these numbers and above are for damaged records alone


@dataclass
class Tried:
    """A finding and how it fared: on each fresh set, and on its control."""

    page: Page
    entry: Marked
    fresh: list[Finding] = field(default_factory=list)
    control: Finding | None = None
    worth: str = ""

    @property
    def name(self) -> str:
        """As the prose writes it."""
        return self.page.full(self.entry)

    @property
    def held(self) -> int:
        """On how many fresh sets it holds."""
        return sum(found.holds for found in self.fresh)

    @property
    def margin(self) -> float | None:
        """The smallest margin of all fresh sets; None if the finding is exact."""
        return min((found.margin for found in self.fresh if found.margin is not None), default=None)

    @property
    def closest(self) -> str:
        """The comparison with the smallest margin, in numbers."""
        known = [found for found in self.fresh if found.margin is not None]
        return min(known, key=lambda found: found.margin).said if known else ""


def findings(page: Page, mark: str = "finding") -> list[Marked]:
    """The page's functions of this mark."""
    return [entry for entry in project.marked(page) if entry.mark == mark]


def again(pages: Iterable[Page], sets: int, told: Callable[[str], None]) -> list[Tried]:
    """Every finding on so many fresh sets of data.

    Args:
        told: called with what is being done.

    Raises:
        Mistake: a page takes no trial, or a run fails.
    """
    tried = {page.full(entry): Tried(page, entry) for page in pages for entry in findings(page)}
    for page in dict.fromkeys(each.page for each in tried.values()):
        for number in range(1, sets + 1):
            told(f"{page.name}, fresh set {number} of {sets}")
            module, run = recorded(page, Trial(fresh=number))
            for entry in findings(page):
                tried[page.full(entry)].fresh.append(sound_claim(entry, called(entry, getattr(module, entry.name), run)))
    return list(tried.values())


def controlled(pages: Iterable[Page], told: Callable[[str], None]) -> list[Tried]:
    """Every finding where nothing was learned, by its own control or on random weights; and every invariant there.

    A finding that cannot even be computed there does not hold there.

    Raises:
        Mistake: an invariant is false on random weights, or a page takes no trial.
    """
    tried, broken = [], []
    for page in pages:
        marked, invariants = findings(page), findings(page, "invariant")
        if not marked and not invariants:
            continue
        told(f"{page.name}, control")
        module, random = recorded(page, Trial(untrained=True))
        published = None
        for entry in marked:
            function = getattr(module, entry.name)
            run = random
            if function.control:
                published = published or recorded(page)[1]
                with paragraph(entry.path, entry.line, f"control of {entry.name}"):
                    run = function.control(published)
            try:
                found = sound_claim(entry, called(entry, function, run))
            except Mistake as mistake:
                found = Finding(False, None, str(mistake))
            tried.append(Tried(page, entry, [], found, function.worth))
        for entry in invariants:
            if not sound_claim(entry, called(entry, getattr(module, entry.name), random)):
                broken.append(f"{entry.place}: the invariant {page.full(entry)} is false on random weights: “{entry.text}”")
    if broken:
        raise Mistake("\n".join(broken))
    return tried


def damaged(pages: Iterable[Page], told: Callable[[str], None]) -> list[str]:
    """A sentence for each fact that is the same, and each claim that is true, on every damaged record.

    A damaged record is of models with random weights on data of its own, and every number that was measured in a training is another one. There are
    others for what was the same on the first, which may be chance.
    """
    found = []
    for page in pages:
        entries = [entry for entry in project.marked(page) if entry.mark in ("fact", "claim")]
        module, published = recorded(page)
        known = {entry.name: result(entry, module, published) for entry in entries}
        still = {entry.name for entry in entries}
        for number in DAMAGES:
            told(f"{page.name}, damaged record {number}")
            with checkpoint.damaged(number):
                module, run = recorded(page, Trial(fresh=DAMAGED_SETS + number, untrained=True))
                still &= {entry.name for entry in entries if result(entry, module, run) == known[entry.name]}
            if all(getattr(getattr(module, name), "steady", "") for name in still):
                break
        for entry in entries:
            why = getattr(getattr(module, entry.name), "steady", "")
            if entry.name in still and not why:
                never = "never moves: it is a setting" if entry.kind == "fact" else "is never false: it is an invariant"
                found.append(f"{entry.place}: the {entry.kind} {page.full(entry)} {never}, or a mistake, or says why (`steady=`)")
            if why and entry.name not in still:
                found.append(f"{entry.place}: the {entry.kind} {page.full(entry)} says why it is steady, and is not")
    return found


def result(entry: Marked, module: ModuleType, run: object) -> object:
    """The value of a fact, or whether a claim holds; none where it cannot even be computed."""
    try:
        value = called(entry, getattr(module, entry.name), run)
        return sound_fact(entry, value)["value"] if entry.kind == "fact" else sound_claim(entry, value).holds
    except Mistake:
        return None
