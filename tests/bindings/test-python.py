#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library from Python: load, stream by signals, cancel, read errors."""

import array
import json
import os
import shutil
import sys
import tempfile
import unittest

import gi

gi.require_version("Chord", "1")
from gi.repository import Chord, Gio, GLib  # noqa: E402

MODEL = Chord.get_builtin_model_path()


def greedy(max_tokens=-1):
    return Chord.SamplingOptions(temperature=0, max_tokens=max_tokens)


class Catalog(unittest.TestCase):
    """Presets, benchmark runs and settings; each test has a catalog of its own."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="chord-python-")
        self.path = os.path.join(self.folder.name, "deeper", "catalog.db")
        self.catalog = Chord.Catalog.open(self.path, None)

    def tearDown(self):
        self.catalog = None
        self.folder.cleanup()

    def names(self):
        return [preset.get_name() for preset in self.catalog.get_presets()]

    def test_presets(self):
        self.assertEqual(self.names(), ["Balanced", "Coder", "Creative", "Precise"])
        changes = []
        self.catalog.props.presets.connect("items-changed", lambda m, *what: changes.append(what))
        preset = self.catalog.add_preset("Daring")
        preset.props.temperature = 1.5
        preset.props.stop = ["END"]
        preset.props.system_prompt = "Grüße"
        self.assertTrue(preset.save())
        self.assertEqual(changes, [(3, 0, 1)])
        again = Chord.Catalog.open(self.path, None)
        found = [p for p in again.get_presets() if p.props.name == "Daring"][0]
        options = found.create_sampling_options()
        self.assertEqual(options.props.temperature, 1.5)
        self.assertEqual(options.props.stop, ["END"])
        self.assertEqual(found.get_system_prompt(), "Grüße")
        self.assertTrue(preset.delete())
        self.assertTrue(again.refresh())
        self.assertEqual(found.props.id, 0)
        with self.assertRaises(GLib.Error) as caught:
            self.catalog.add_preset("Coder")
        self.assertTrue(caught.exception.matches(Chord.error_quark(), Chord.Error.EXISTS))

    def test_save_async(self):
        loop = GLib.MainLoop()
        saved = []
        run = Chord.BenchmarkRun(catalog=self.catalog, created=5, kind="decode", rate=41.5,
                                 group="a", n_threads=2)

        def on_saved(record, result):
            saved.append(record.save_finish(result))
            loop.quit()

        run.save_async(None, on_saved)
        loop.run()
        self.assertEqual(saved, [True])
        runs = self.catalog.get_benchmark_runs()
        self.assertEqual([(r.get_rate(), r.props.group) for r in runs], [(41.5, "a")])
        self.assertIs(runs[0], run)

    def test_settings(self):
        self.assertIsNone(self.catalog.get_setting("default-model"))
        self.catalog.set_setting("default-model", "7")
        self.assertEqual(self.catalog.get_setting("default-model"), "7")
        self.catalog.set_setting("default-model", None)
        self.assertIsNone(self.catalog.get_setting("default-model"))


class Bindings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = Chord.Model.load(MODEL, None, None, None)

    def session(self, text):
        session = Chord.Session.new(self.model)
        session.append_text(Chord.Role.USER, text)
        return session

    def test_load_async(self):
        loop = GLib.MainLoop()
        models = []
        fractions = []

        def loaded(source, result):
            models.append(Chord.Model.load_finish(result))
            loop.quit()

        progress = Chord.Progress.new()
        progress.connect("notify::fraction", lambda p, _: fractions.append(p.get_fraction()))
        Chord.Model.load_async(MODEL, Chord.ModelOptions(context_length=256), progress, None, loaded)
        loop.run()
        self.assertEqual(models[0].get_context_length(), 256)
        self.assertEqual(fractions[-1], 1)

    def test_properties(self):
        self.assertEqual(self.model.props.architecture, "llama")
        self.assertEqual(self.model.props.quantization, "Q8_0")
        self.assertEqual(self.model.props.n_layers, 4)
        file = self.model.get_file()
        self.assertIn("general.architecture", file.list_keys())
        self.assertEqual(file.get_metadata("llama.block_count").unpack(), 4)
        tensors = {t.get_name(): t for t in file.get_tensors()}
        self.assertEqual(tensors["token_embd.weight"].get_shape(), [256, 4096])
        self.assertGreater(file.estimate_memory(None).get_total(), 4_000_000)

    def test_machine(self):
        machine = Chord.Machine.get_default()
        self.assertGreaterEqual(machine.props.n_threads, 1)
        self.assertTrue(machine.measure(None))
        self.assertGreater(machine.props.bandwidth, 0)
        self.assertGreater(machine.get_compute_int8(), 0)

    def test_sweep(self):
        sweep = Chord.BenchmarkSweep.new(None)
        sweep.add_model(MODEL)
        sweep.set_prompts([8])
        sweep.set_depths([0, 16])
        sweep.props.n_generate = 4
        sweep.props.repetitions = 1
        self.assertTrue(sweep.run(None))
        names = [run.get_test_name() for run in sweep.get_runs()]
        self.assertEqual(names, ["pp8", "tg4", "pp8@d16", "tg4@d16"])
        self.assertIn("| tg4@d16 |", Chord.Benchmark.runs_to_markdown(sweep.get_runs()))

    def test_stream(self):
        loop = GLib.MainLoop()
        pieces = []
        reasons = []
        session = self.session("What is the capital of France?")
        generation = session.start(greedy())
        generation.connect("text", lambda _, text: pieces.append(text))
        generation.connect("finished", lambda _, reason: (reasons.append(reason), loop.quit()))
        loop.run()
        self.assertEqual(reasons, [Chord.FinishReason.STOP])
        self.assertIn("Paris", "".join(pieces))
        self.assertEqual("".join(pieces), generation.get_text())
        self.assertGreater(generation.get_usage().get_generated_tokens(), 2)
        self.assertEqual([m.get_role() for m in session.get_messages()],
                         [Chord.Role.USER, Chord.Role.ASSISTANT])

    def test_whole_async(self):
        loop = GLib.MainLoop()
        texts = []

        def done(session, result):
            texts.append(session.generate_finish(result).get_text())
            loop.quit()

        self.session("What is the capital of France?").generate_async(greedy(), None, done)
        loop.run()
        self.assertIn("Paris", texts[0])

    def test_blocking(self):
        generation = self.session("What is the capital of France?").generate(greedy(), None)
        self.assertIn("Paris", generation.get_text())

    def test_cancel(self):
        loop = GLib.MainLoop()
        session = self.session("Tell me a story about a fox.")
        generation = session.start(None)
        generation.connect("text", lambda g, _: g.cancel())
        generation.connect("finished", lambda *_: loop.quit())
        loop.run()
        self.assertEqual(generation.get_finish_reason(), Chord.FinishReason.CANCELLED)
        self.assertEqual(session.get_messages()[1].get_text(), generation.get_text())

    def test_cancellable(self):
        cancellable = Gio.Cancellable.new()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as caught:
            self.session("Hello").generate(None, cancellable)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_errors(self):
        with self.assertRaises(GLib.Error) as caught:
            Chord.Model.load("/nonexistent.gguf", None, None, None)
        self.assertIn("/nonexistent.gguf", caught.exception.message)
        session = self.session("word " * 2000)
        with self.assertRaises(GLib.Error) as caught:
            session.start(None)
        self.assertTrue(caught.exception.matches(Chord.error_quark(), Chord.Error.CONTEXT_FULL))

    def test_pending(self):
        session = self.session("Tell me a story about a fox.")
        generation = session.start(None)
        with self.assertRaises(GLib.Error) as caught:
            session.start(None)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.PENDING))
        generation.cancel()

    def test_tokens(self):
        tokenizer = self.model.get_tokenizer()
        tokens = tokenizer.tokenize("A fox!", -1, Chord.TokenizeFlags.NONE)
        self.assertEqual(tokenizer.detokenize(tokens, False), "A fox!")

    def test_evaluation(self):
        evaluation = Chord.Evaluation.new(self.model)
        evaluation.props.all_rows = False
        rows = evaluation.run([1, 2, 3], None, None)
        self.assertEqual(len(array.array("f", rows.get_data())), 4096)

    def test_logprobs(self):
        options = greedy(5)
        options.set_top_logprobs(2)
        generation = self.session("Hello!").generate(options, None)
        tokens = list(generation.get_tokens())
        self.assertEqual(len(tokens), 5)
        self.assertEqual(tokens[0].get_alternatives()[0].get_id(), tokens[0].get_id())


class Models(unittest.TestCase):
    """Models of the catalog: listed, added, followed in a folder."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="chord-python-")
        self.catalog = Chord.Catalog.open(os.path.join(self.folder.name, "catalog.db"), None)

    def tearDown(self):
        self.catalog = None
        self.folder.cleanup()

    def put(self, name):
        path = os.path.join(self.folder.name, name)
        shutil.copy(MODEL, path)
        return Gio.File.new_for_path(path)

    def names(self):
        return [model.props.name for model in self.catalog.props.models]

    def test_add(self):
        self.assertEqual(self.names(), ["chord-tiny-q8_0"])
        model = self.catalog.add_model(self.put("mine.gguf"), None)
        self.assertEqual(self.names(), ["chord-tiny-q8_0", "mine"])
        self.assertEqual(model.props.state, Chord.ModelState.AVAILABLE)
        self.assertEqual(model.props.architecture, "llama")
        self.assertTrue(model.verify(None, None))
        os.remove(model.props.path)
        self.assertTrue(self.catalog.scan(None))
        self.assertEqual(model.props.state, Chord.ModelState.MISSING)
        self.assertEqual(self.catalog.find_model("mi"), model)
        self.assertTrue(model.remove(False))
        self.assertEqual(self.names(), ["chord-tiny-q8_0"])
        with self.assertRaises(GLib.Error) as caught:
            self.catalog.add_model(Gio.File.new_for_path("/nowhere/at/all.gguf"), None)
        self.assertTrue(caught.exception.matches(Chord.error_quark(), Chord.Error.NOT_FOUND))

    def test_watch(self):
        models = os.path.join(self.folder.name, "models")
        os.mkdir(models)
        folder = self.catalog.add_folder(Gio.File.new_for_path(models), True, None)
        self.assertEqual(folder.props.n_models, 0)
        loop = GLib.MainLoop()
        self.catalog.get_models().connect("items-changed", lambda *what: loop.quit())
        self.put("models/new.gguf")
        loop.run()
        self.assertIn("new", self.names())

    def test_fit(self):
        file = Chord.ModelFile.new_for_path(MODEL, Chord.ModelFileFlags.NONE)
        fit = Chord.Fit.new_for_file(file, None, None)
        self.assertEqual(fit.props.total, fit.props.weights + fit.props.context + fit.props.scratch)
        self.assertEqual(fit.props.level, Chord.FitLevel.GOOD)
        self.assertEqual(Chord.Fit.new_for_size(1 << 50, None).props.level, Chord.FitLevel.TOO_LARGE)


class Conversations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = Chord.Model.load(MODEL, None, None, None)

    def setUp(self):
        self.catalog = Chord.Catalog.open(":memory:", None)
        self.conversation = self.catalog.add_conversation()

    def said(self):
        return [m.get_content() for m in self.conversation.get_path()]

    def test_tree(self):
        first = self.conversation.append(Chord.Role.USER, "What is a fox?")
        answer = self.conversation.append(Chord.Role.ASSISTANT, "An animal.")
        other = self.conversation.branch(answer, "A bird.")
        self.assertEqual(self.said(), ["What is a fox?", "A bird."])
        self.assertEqual((other.props.n_siblings, other.props.sibling_index), (2, 1))
        self.conversation.select(other.get_sibling(-1))
        self.assertEqual(self.said(), ["What is a fox?", "An animal."])
        self.assertEqual(self.conversation.props.title, "What is a fox?")
        self.assertEqual(first.props.role, Chord.Role.USER)
        self.assertEqual([c.get_id() for c in self.catalog.get_conversations()],
                         [self.conversation.get_id()])

    def test_search(self):
        self.conversation.append(Chord.Role.USER, "Foxes & hares")
        found = list(self.catalog.search("hare"))
        self.assertEqual([r.get_snippet() for r in found], ["Foxes &amp; <b>hares</b>"] * 2)
        self.assertEqual(found[0].get_conversation(), self.conversation)
        loop = GLib.MainLoop()
        results = []

        def done(catalog, result):
            results.append(catalog.search_finish(result).get_n_items())
            loop.quit()

        self.catalog.search_async("fox", None, done)
        loop.run()
        self.assertEqual(results, [2])

    def test_export(self):
        self.conversation.append(Chord.Role.USER, "What is a fox?")
        text = self.conversation.export(Chord.ExportFormat.JSON)
        message = json.loads(text)["messages"][0]
        self.assertEqual((message["parent"], message["role"], message["content"]),
                         (None, "user", "What is a fox?"))
        copies = self.catalog.import_conversations(GLib.Bytes.new(text.encode()))
        self.assertEqual([c.props.title for c in copies], ["What is a fox?"])
        self.assertIn("## User", self.conversation.export(Chord.ExportFormat.MARKDOWN))
        with self.assertRaises(GLib.Error) as caught:
            self.catalog.import_conversations(GLib.Bytes.new(b"{"))
        self.assertTrue(caught.exception.matches(Chord.error_quark(), Chord.Error.INVALID_ARGUMENT))

    def test_chat(self):
        loop = GLib.MainLoop()
        pieces = []
        chat = Chord.Chat.new(self.conversation, self.model)
        chat.set_sampling(greedy(40))
        chat.connect("finished", lambda *_: loop.quit())
        chat.send("What is the capital of France?", None)
        chat.get_answer().connect("appended", lambda _, text, thought: pieces.append(text))
        loop.run()
        self.assertIn("Paris", self.said()[1])
        self.assertEqual("".join(pieces), self.said()[1])
        self.assertGreater(chat.get_usage().get_generated_tokens(), 2)


class Tap(unittest.TestResult):
    """Reports as the Test Anything Protocol."""

    def addSuccess(self, test):
        print("ok", self.testsRun, "-", test.id())

    def report(self, test, error):
        print("not ok", self.testsRun, "-", test.id())
        for line in self._exc_info_to_string(error, test).splitlines():
            print("#", line)

    def addFailure(self, test, error):
        self.report(test, error)

    def addError(self, test, error):
        self.report(test, error)


if __name__ == "__main__":
    loader = unittest.defaultTestLoader
    suite = unittest.TestSuite(map(loader.loadTestsFromTestCase, (Bindings, Catalog, Models, Conversations)))
    print(f"1..{suite.countTestCases()}")
    suite.run(Tap())
    sys.exit(0)
