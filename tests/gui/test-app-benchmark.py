#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The benchmark page, end to end; see apptest.py."""
import re
import sys

from apptest import BUTTON, TEXT, Atspi, check, main, picture, wait_for, walk

TOGGLE = ("toggle button", "radio button", "push button", "button")
CHECK = ("check box",)
VERDICT = re.compile(r"About the same|\d+ % (faster|slower)|[\d.]+ times as fast")


def activate(app, roles, name):
    app.need(roles, name).get_action_iface().do_action(0)


def show(app, part):
    activate(app, TOGGLE + ("page tab",), part)


def entry(app, name, text):
    app.need(TEXT, name).get_editable_text_iface().set_text_contents(text)


def nodes(app, roles):
    return [n for n in walk(app.root) if n.get_role_name() in roles]


def wait_for_results(app):
    """What is not looked at is in the tree too: the rows tell, not the buttons."""
    wait_for("the results", lambda: app.labels().count("Generate 4 tokens") == 2)


def running(app):
    return any("generation of 700" in l for l in app.labels())


def short_benchmark(app):
    entry(app, "Prompt lengths in tokens", "16")
    entry(app, "Tokens to generate", "4")
    entry(app, "Tokens in the context before", "0, 32")
    entry(app, "Numbers of threads", "1, 2")
    entry(app, "Repetitions of each", "1")


def test_page(app):
    app.need(TEXT, "Message")
    activate(app, TOGGLE, "Benchmark")
    app.need(BUTTON, "Start Benchmark")
    wait_for("a model that is chosen", lambda: [n for n in nodes(app, CHECK)
             if n.get_state_set().contains(Atspi.StateType.CHECKED)])
    picture(app, "benchmark-setup")


def test_run(app):
    short_benchmark(app)
    wait_for("the plan", lambda: "8 measurements" in app.labels())
    app.press("Start Benchmark")
    picture(app, "benchmark-running")
    wait_for_results(app)
    labels = app.labels()
    check("Generate 4 tokens after 32" in labels, f"no row for the longer context: {labels}")
    check("Prompt of 16 tokens" in labels, "no row for the prompt")
    picture(app, "benchmark-results")


def test_charts(app):
    charts = [n for n in nodes(app, ("image", "icon")) if "Generating" in n.get_name()]
    names = {n.get_name() for n in charts}
    check("Generating an Answer" in names, f"no chart by model: {names}")
    check("Generating, by the Length of the Context" in names, f"no chart by depth: {names}")
    check("Generating, by the Number of Threads" in names, f"no chart by threads: {names}")
    check(all("tokens/s" in n.get_description() for n in charts), "a chart without figures in its description")


def test_copy(app):
    app.press("Copy as Markdown")
    wait_for("a word about it", lambda: "Copied as Markdown" in app.labels())


def test_invalid(app):
    show(app, "Measure")
    entry(app, "Repetitions of each", "none")
    wait_for("a word about it", lambda: any("not a number" in l for l in app.labels()))
    start = app.need(BUTTON, "Start Benchmark")
    check(not start.get_state_set().contains(Atspi.StateType.SENSITIVE), "it starts all the same")
    entry(app, "Repetitions of each", "1")


def test_stop(app):
    entry(app, "Tokens to generate", "700")
    entry(app, "Repetitions of each", "50")
    app.press("Start Benchmark")
    wait_for("the start", lambda: running(app))
    app.press("Stop Benchmark")
    wait_for("the end", lambda: not running(app), 10)


def test_history(app):
    """What was measured is there after a restart, and a second benchmark can be compared with it."""
    app.restart()
    activate(app, TOGGLE, "Benchmark")
    app.need(BUTTON, "Start Benchmark")
    short_benchmark(app)
    app.press("Start Benchmark")
    wait_for_results(app)
    show(app, "History")
    wait_for("two benchmarks", lambda: len(marks(app)) >= 2)
    picture(app, "benchmark-history")


def marks(app):
    return [n for n in nodes(app, TOGGLE) if n.get_name().startswith("Compare ")]


def test_compare(app):
    compare = app.need(BUTTON, "Compare")
    check(not compare.get_state_set().contains(Atspi.StateType.SENSITIVE), "compares nothing")
    for node in marks(app)[:2]:
        node.get_action_iface().do_action(0)
    app.press("Compare")
    wait_for("the comparison", lambda: "Difference" in app.labels())
    verdicts = [l for l in app.labels() if VERDICT.fullmatch(l)]
    check(len(verdicts) == 8, f"8 rows in words expected: {verdicts}")
    picture(app, "benchmark-compare")


def test_delete(app):
    show(app, "History")
    before = wait_for("the history", lambda: len(marks(app)))
    app.press("Delete Benchmark")
    app.press("Undo")  # at once: the offer does not last
    wait_for("it is back", lambda: len(marks(app)) == before)
    app.press("Delete Benchmark")
    wait_for("one benchmark less", lambda: len(marks(app)) == before - 1)


if __name__ == "__main__":
    sys.exit(main([test_page, test_run, test_charts, test_copy, test_invalid, test_stop, test_history, test_compare,
                   test_delete]))
