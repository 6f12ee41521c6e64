"""The command line: arguments in, one call out."""

import argparse
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager

from explainers.kit.environment import needed
from explainers.kit.errors import Mistake, WrongUsage

CLOSE = 0.1  # a margin below this share of the bound is listed
COMMANDS = ("list", "check", "train", "new")


class Parser(argparse.ArgumentParser):
    """Reports wrong usage as every other mistake is reported."""

    def error(self, message: str):
        raise WrongUsage(f"{message[:1].upper()}{message[1:]}. See `python build_figures.py --help`.")


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code: 0 done, 1 a claim is false or a build failed, 2 wrong usage."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    shown = "--traceback" in arguments
    rest = [argument for argument in arguments if argument != "--traceback"]
    try:
        name = rest[0] if rest and rest[0] in COMMANDS else "build"
        commands = {"build": build, "list": listing, "check": check, "train": train, "new": new}
        with needed():
            code = commands[name](rest if name == "build" else rest[1:])
        sys.stdout.flush()
        return code
    except Mistake as mistake:
        if shown:
            traceback.print_exc()
        print(mistake, file=sys.stderr)
        return mistake.exit_code
    except KeyboardInterrupt:
        print("stopped; what was finished is kept", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser(name: str, description: str) -> Parser:
    """A parser for one command."""
    made = Parser(prog=f"python build_figures.py {name}".strip(), description=description)
    made.epilog = "Every command takes --traceback, which shows where in the code an error came from."
    return made


def number(option: str) -> Callable[[str], int]:
    """What reads the number of an option, which is 1 or more."""

    def read(text: str) -> int:
        if int(text) < 1:
            raise WrongUsage(f"{option} must be 1 or more, not {text}.")
        return int(text)

    read.__name__ = "int"  # argparse says it of what is no number
    return read


def with_jobs(made: Parser, work: str) -> Parser:
    """The parser with the options that say who shares the work: how many processes, or which cluster."""
    words = f"{work} at a time, each in its own process; by default one on each processor core"
    either = made.add_mutually_exclusive_group()
    either.add_argument("--jobs", type=number("--jobs"), default=os.cpu_count() or 1, metavar="N", help=words)
    either.add_argument("--cluster", metavar="tcp://HOST:PORT", help="give the work to the workers of the Dask scheduler at this address")
    return made


def build(arguments: Sequence[str]) -> int:
    """Build what is stale, with a progress bar, and say what was done."""
    made = parser("", "Builds the figures, facts and claims that are stale. Other commands: list, check, train, new.")
    made.add_argument("pages", nargs="*", metavar="PAGE", help="for instance memory/copy; all pages by default")
    made.add_argument("--timings", action="store_true", help="print how long each page and each study took that was built, a page with its studies")
    options = with_jobs(made, "build N pages").parse_args(arguments)
    from tqdm import tqdm

    from explainers.kit.build import declared, project
    from explainers.kit.build.builder import build as run

    pages = project.chosen(options.pages)
    declared.sound(pages)
    with executor(options.jobs, options.cluster) as workers, tqdm(total=len(pages), unit="page", leave=False, mininterval=0) as bar:

        def told(name: str) -> None:
            bar.set_postfix_str(name)
            bar.update()

        report = run(pages, workers, told)
    for verb, names in (("built", report.built), ("from the store", report.restored), ("kept", report.kept)):
        if names:
            print(f"{verb}: {', '.join(names)}")
    for said in close_calls([page for page in pages if page.name in report.built]):
        print(said)
    for name, seconds in report.took.most_common() if options.timings else ():
        print(f"{seconds:8.2f} s  {name}")
    print(f"{len(pages)} pages in {report.seconds:.2f} s")
    return 0


def close_calls(pages: list) -> list[str]:
    """A sentence for each claim of these pages that holds by less than a tenth of its bound."""
    from explainers.kit.command.catalogue import built

    claims = [(page, name, claim) for page in pages for name, claim in built(page)["claims"].items()]
    return [
        f"close: {page.dotted}.{name}, margin {100 * claim['margin']:.1f} % ({claim['said']})"
        for page, name, claim in claims
        if claim["margin"] is not None and claim["margin"] < CLOSE
    ]


@contextmanager
def executor(jobs: int, cluster: str | None) -> Iterator[Executor]:
    """Where steps run: on a cluster, in this process, or in up to `jobs` processes of their own, which are started when they are needed."""
    if cluster:
        from explainers.kit.build.cluster import joined

        with joined(cluster) as workers:
            yield workers
        return
    if jobs == 1:
        from explainers.kit.build.builder import InPlace

        yield InPlace()
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    from explainers.kit.build.processes import end_with_parent

    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), end_with_parent) as workers:
        try:
            yield workers
        except KeyboardInterrupt:
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def listing(arguments: Sequence[str]) -> int:
    """Print every page, figure, fact, claim and table, and in words also what no page quotes."""
    made = parser("list", "Lists every page, figure, fact, claim and table.")
    made.add_argument("--json", action="store_true", help="one JSON array, as the contract describes it")
    options = made.parse_args(arguments)
    from explainers.kit.command.catalogue import entries, unquoted

    found = entries()
    if options.json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
        return 0
    for entry in found:
        value = "" if entry["value"] is None else f" = {entry['value']}"
        stale = "" if entry["fresh"] else "  (stale)"
        indent = "" if entry["kind"] == "page" else "  "
        print(f"{indent}{entry['kind']:<6} {entry['name']}{value}  {entry['source']}{stale}\n{indent}       {entry['text']}")
    for said in unquoted():
        print(f"warning: {said}")
    return 0


def check(arguments: Sequence[str]) -> int:
    """Evaluate claims anew, on the published record, on fresh data, or where nothing was learned."""
    made = parser("check", "Evaluates every claim anew; exits 1 naming each that is false or stale.")
    made.add_argument("pages", nargs="*", metavar="PAGE", help="for instance memory/copy; all pages by default")
    made.add_argument("--fresh", type=number("--fresh"), metavar="N", help="evaluate each finding on N sets of data that nobody has looked at")
    made.add_argument("--control", action="store_true", help="evaluate each finding where nothing was learned")
    made.add_argument("--damaged", action="store_true", help="name each fact and claim that is the same on damaged records")
    options = made.parse_args(arguments)
    from explainers.kit.build import declared, project

    pages = project.chosen(options.pages)
    declared.sound(pages)
    if options.damaged:
        return unmoved(pages)
    if options.fresh or options.control:
        return tried_again(pages, options.fresh, options.control)
    from explainers.kit.command.catalogue import broken_claims

    count, broken = broken_claims(pages)
    if broken:
        raise Mistake("\n".join(broken))
    print(f"{count} claims hold")
    return 0


def tried_again(pages: list, sets: int | None, control: bool) -> int:
    """Print how each finding fared on fresh sets, and where nothing was learned; 1 if one failed."""
    from tqdm import tqdm

    from explainers.kit.command import replication

    failed = 0
    with tqdm(total=0, bar_format="{desc}", leave=False) as bar:
        fresh = replication.again(pages, sets, bar.set_description_str) if sets else []
        without = replication.controlled(pages, bar.set_description_str) if control else []
    for each in fresh:
        margin = "exact" if each.margin is None else f"margin {100 * each.margin:.0f} %"
        print(f"{each.name}: held {each.held} of {sets}, {margin}{f' ({each.closest})' if each.closest else ''}")
        failed += each.held < sets
    for each in without:
        if not each.control:
            print(f"{each.name}: false on the control")
        elif each.worth:
            print(f"{each.name}: true on the control, too; said because {each.worth}")
        else:
            print(f"{each.name}: true on the control, so it says nothing about learning")
            failed += 1
    return 1 if failed else 0


def unmoved(pages: list) -> int:
    """Print what never moves on damaged records; 1 if there is such a thing."""
    from tqdm import tqdm

    from explainers.kit.command import replication

    with tqdm(total=0, bar_format="{desc}", leave=False) as bar:
        found = replication.damaged(pages, bar.set_description_str)
    print("\n".join(found) or "every fact moves, and every claim is false, on damaged records")
    return 1 if found else 0


def train(arguments: Sequence[str]) -> int:
    """Train tasks from their seeds."""
    made = parser("train", "Trains from seeds; writes checkpoint and card.")
    made.add_argument("tasks", nargs="*", metavar="TASK", help="for instance copy; all tasks by default")
    options = with_jobs(made, "train N tasks").parse_args(arguments)
    from explainers.kit.build import cards, project, trainings

    known = project.trainable()
    for name in options.tasks:
        if name not in known:
            raise WrongUsage(f"There is no task {name}.{project.nearest(name, known)} Tasks: {', '.join(known)}.")
    names = list(dict.fromkeys(options.tasks)) or known
    for name in names:
        cards.sound(name)
    if options.cluster:
        from explainers.kit.build import cluster

        cluster.train(names, options.cluster)
    elif options.jobs > 1 and len(names) > 1:
        trainings.train(names, options.jobs)
    else:
        for name in names:
            trainings.one(name)
    return 0


def new(arguments: Sequence[str]) -> int:
    """Make a new page, a live figure or a task."""
    made = parser("new", "Makes a page (module, Markdown, test, navigation line), a live figure, or a task.")
    made.add_argument("page", nargs="?", metavar="PART/PAGE", help="the page, for instance memory/queue")
    made.add_argument("--task", metavar="TASK", help="with PART/PAGE, the task that the page is about; alone, the name of a new task")
    made.add_argument("--live", metavar="NAME", help="the name of a new live figure, for instance queue-bench")
    options = made.parse_args(arguments)
    if bool(options.live) + bool(options.page or options.task) != 1:
        raise WrongUsage("Say what is to be made: `new PART/PAGE [--task TASK]`, `new --live NAME` or `new --task NAME`.")
    if options.live:
        from explainers.kit.command.new_live import new_live

        wrote = new_live(options.live)
        then = f'mark the figure of a page that shows heatmaps with @figure(live="{options.live}"), then make serve'
    elif options.page:
        from explainers.kit.build import project
        from explainers.kit.command.scaffold import scaffold

        parts = sorted({page.part for page in project.pages()})
        wrote = scaffold(options.page, options.task or "")
        part = options.page.split("/")[0]
        if part not in parts:
            print(f"this opens a new part: {part}, beside {', '.join(parts)}")
        then = f"python build_figures.py {options.page}, then make serve"
    else:
        from explainers.kit.command.new_task import new_task

        wrote = new_task(options.task)
        then = f"python build_figures.py train {options.task}, then python build_figures.py new PART/PAGE --task {options.task}"
    for path in wrote:
        print(f"wrote {path}")
    print(f"next: {then}")
    return 0
