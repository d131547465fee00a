// SPDX-License-Identifier: LGPL-2.1-or-later
// The library from JavaScript: load, stream by signals, cancel, read errors.

import Chord from 'gi://Chord?version=1';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

Gio._promisify(Chord.Model, 'load_async', 'load_finish');
Gio._promisify(Chord.Session.prototype, 'generate_async', 'generate_finish');
Gio._promisify(Chord.Catalog.prototype, 'search_async', 'search_finish');
Gio._promisify(Chord.Generation.prototype, 'wait_async', 'wait_finish');
Gio._promisify(Chord.Catalog, 'open_async', 'open_finish');
Gio._promisify(Chord.Catalog.prototype, 'add_folder_async', 'add_folder_finish');
Gio._promisify(Chord.Catalog.prototype, 'add_model_async', 'add_model_finish');
Gio._promisify(Chord.Catalog.prototype, 'scan_async', 'scan_finish');
Gio._promisify(Chord.CatalogModel.prototype, 'verify_async', 'verify_finish');
Gio._promisify(Chord.Record.prototype, 'save_async', 'save_finish');

Gio._promisify(Chord.Repository.prototype, 'list_async', 'list_finish');
Gio._promisify(Chord.RepositoryFile.prototype, 'inspect_async', 'inspect_finish');

const CAPITAL = 'What is the capital of France?';
const path = Chord.get_builtin_model_path();
let model;

function assert(condition, what) {
    if (!condition)
        throw new Error(`Not so: ${what}`);
}

function greedy(maxTokens = -1) {
    return new Chord.SamplingOptions({temperature: 0, max_tokens: maxTokens});
}

// A repository on this machine, with the built-in model.
function startServer() {
    const tests = Gio.File.new_for_uri(import.meta.url).get_parent().get_parent();
    const server = Gio.Subprocess.new(
        ['/usr/bin/python3', tests.resolve_relative_path('fetch/server.py').get_path(), path],
        Gio.SubprocessFlags.STDIN_PIPE | Gio.SubprocessFlags.STDOUT_PIPE);
    const output = new Gio.DataInputStream({base_stream: server.get_stdout_pipe()});
    const [address] = output.read_line_utf8(null);
    return {address, stop: () => server.get_stdin_pipe().close(null)};
}

function newSession(text) {
    const session = new Chord.Session({model});
    session.append_text(Chord.Role.USER, text);
    return session;
}

async function expectError(domain, code, call) {
    try {
        await call();
    } catch (e) {
        assert(e.matches(domain, code), `${e.message} is of another kind`);
        return e;
    }
    throw new Error('There was no error');
}

function listNames(presets) {
    return [...Array(presets.get_n_items()).keys()].map(i => presets.get_item(i).name);
}

function removeFolder(folder) {
    const children = folder.enumerate_children('standard::name', Gio.FileQueryInfoFlags.NONE, null);
    for (const info of children)
        children.get_child(info).delete(null);
    folder.delete(null);
}

const tests = {
    async catalog() {
        const folder = Gio.File.new_for_path(GLib.Dir.make_tmp('chord-gjs-XXXXXX'));
        const database = folder.get_child('catalog.db').get_path();
        const catalog = await Chord.Catalog.open_async(database, null);
        const initial = ['Balanced', 'Coder', 'Creative', 'Precise'];
        assert(`${listNames(catalog.presets)}` === `${initial}`, 'it comes with four presets');

        const preset = new Chord.Preset({catalog, name: 'Able', top_k: 3, stop: ['END']});
        assert(preset.id === 0, 'it is not stored yet');
        await preset.save_async(null);
        assert(`${listNames(catalog.presets)}` === `Able,${initial}`, 'it is in the list');
        assert(catalog.presets.get_item(0) === preset, 'it is the same object');

        const other = Chord.Catalog.open(database, null);
        const found = other.get_presets().get_item(0);
        assert(found.top_k === 3 && found.stop[0] === 'END', 'it has been stored');
        found.name = 'Zany';
        found.save();
        assert(catalog.refresh() && preset.name === 'Zany', 'the change is taken over');
        await expectError(Chord.error_quark(), Chord.Error.EXISTS, () => catalog.add_preset('Coder'));

        new Chord.BenchmarkRun({catalog, kind: 'prefill', rate: 99.5}).save();
        assert(catalog.get_benchmark_runs().get_item(0).rate === 99.5, 'the run is kept');
        catalog.set_setting('colour', 'blue');
        assert(other.get_setting('colour') === 'blue', 'the setting is kept');
        removeFolder(folder);
    },

    async load() {
        let fraction = 0;
        const progress = new Chord.Progress();
        progress.connect('notify::fraction', p => (fraction = p.fraction));
        model = await Chord.Model.load_async(path, null, progress, null);
        assert(model.architecture === 'llama', 'the architecture is llama');
        assert(model.n_layers === 4, 'it has four layers');
        assert(fraction === 1, 'the progress is told to the end');
    },

    async stream() {
        const session = newSession(CAPITAL);
        const generation = session.start(greedy());
        let text = '';
        let reason = null;
        generation.connect('text', (_, delta) => (text += delta));
        generation.connect('finished', (_, why) => (reason = why));
        await generation.wait_async(null);
        assert(text.includes('Paris'), 'it knows the capital');
        assert(reason === Chord.FinishReason.STOP, 'it stopped by itself');
        assert(session.get_messages().get_n_items() === 2, 'the answer is in the session');
        assert(generation.usage.generated_tokens > 2, 'the tokens are counted');
    },

    async whole() {
        const generation = await newSession(CAPITAL).generate_async(greedy(), null);
        assert(generation.get_text().includes('Paris'), 'it knows the capital');
    },

    blocking() {
        const generation = newSession(CAPITAL).generate(greedy(), null);
        assert(generation.get_text().includes('Paris'), 'it knows the capital');
    },

    async cancel() {
        const session = newSession('Tell me a story about a fox.');
        const generation = session.start(null);
        generation.connect('text', g => g.cancel());
        await expectError(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED,
            () => generation.wait_async(null));
        assert(generation.finish_reason === Chord.FinishReason.CANCELLED, 'it was cancelled');
        assert(session.get_messages().get_item(1).text === generation.get_text(),
            'what came stays');
    },

    async cancellable() {
        const cancellable = new Gio.Cancellable();
        const promise = newSession('Tell me a story about a fox.').generate_async(null, cancellable);
        cancellable.cancel();
        await expectError(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED, () => promise);
    },

    async errors() {
        const e = await expectError(Chord.error_quark(), Chord.Error.CONTEXT_FULL,
            () => newSession('word '.repeat(2000)).start(null));
        assert(e.message.includes('768'), 'the message has the figure');
        let missing = null;
        try {
            await Chord.Model.load_async('/nonexistent.gguf', null, null, null);
        } catch (error) {
            missing = error;
        }
        assert(missing.message.includes('/nonexistent.gguf'), 'the message names the file');
    },

    tokens() {
        const tokenizer = model.get_tokenizer();
        const tokens = tokenizer.tokenize('A fox!', -1, Chord.TokenizeFlags.NONE);
        assert(tokenizer.detokenize(tokens, false) === 'A fox!', 'tokens give the text again');
    },

    async machine() {
        Gio._promisify(Chord.Machine.prototype, 'measure_async', 'measure_finish');
        const machine = Chord.Machine.get_default();
        assert(await machine.measure_async(null), 'the machine is measured');
        assert(machine.bandwidth > 0 && machine.compute_f32 > 0, 'there are figures');
    },

    evaluation() {
        const evaluation = new Chord.Evaluation();
        assert(evaluation.all_rows, 'all rows are the default');
        const rows = Chord.Evaluation.new(model).run([1, 2, 3], null, null);
        assert(rows.get_size() === 3 * 4096 * 4, 'there is a row for each token');
    },

    async conversations() {
        const catalog = Chord.Catalog.open(':memory:', null);
        const conversation = catalog.add_conversation();
        const said = () => [...conversation.path].map(m => m.content).join('|');

        conversation.append(Chord.Role.USER, 'What is a fox?');
        const answer = conversation.append(Chord.Role.ASSISTANT, 'An animal.');
        const other = conversation.branch(answer, 'A bird.');
        assert(said() === 'What is a fox?|A bird.', 'the path ends with the branch');
        conversation.select(other.get_sibling(-1));
        assert(said() === 'What is a fox?|An animal.', 'siblings can be chosen');

        const results = await catalog.search_async('bird', null);
        assert(results.get_item(0).snippet === 'A <b>bird</b>.', 'what was said is found');

        const json = conversation.export(Chord.ExportFormat.JSON);
        const parents = JSON.parse(json).messages.map(m => m.parent !== null);
        assert(parents.join() === 'false,true,true', 'the whole tree is exported');
        const copies = catalog.import_conversations(new TextEncoder().encode(json));
        assert(copies.get_item(0).title === conversation.title, 'and imported');
        assert(catalog.conversations.get_n_items() === 2, 'the list is live');
    },

    async models() {
        const folder = GLib.Dir.make_tmp('chord-gjs-XXXXXX');
        const catalog = Chord.Catalog.open(`${folder}/catalog.db`, null);
        const models = `${folder}/models`;
        GLib.mkdir_with_parents(models, 0o755);
        const record = await catalog.add_folder_async(Gio.File.new_for_path(models), true, null);
        assert(record.n_models === 0 && catalog.models.get_n_items() === 1, 'only the built-in one');

        const appeared = new Promise(resolve => catalog.models.connect('items-changed', resolve));
        const file = Gio.File.new_for_path(`${models}/new.gguf`);
        Gio.File.new_for_path(path).copy(file, Gio.FileCopyFlags.NONE, null, null);
        await appeared;
        const model = catalog.find_model('new');
        assert(model.get_file().equal(file), 'the model that appeared is found by its name');
        assert(model.state === Chord.ModelState.AVAILABLE, 'and it is available');
        assert(await model.verify_async(null, null), 'its sum is right');

        file.delete(null);
        await catalog.scan_async(null);
        assert(model.state === Chord.ModelState.MISSING, 'it is missing once it is gone');
        const e = await expectError(Chord.error_quark(), Chord.Error.NOT_FOUND,
            () => catalog.add_model_async(file, null));
        assert(e.message.includes('new.gguf'), 'the error names the file');
        GLib.spawn_command_line_sync(`rm -rf ${folder}`);
    },

    async chat() {
        const conversation = Chord.Catalog.open(':memory:', null).add_conversation();
        const chat = new Chord.Chat({conversation, model, sampling: greedy(40)});
        const finished = new Promise(resolve => chat.connect('finished', resolve));
        chat.send('What is the capital of France?', null);
        await finished;
        assert(conversation.path.get_item(1).content.includes('Paris'), 'the model answers');
    },

    async repositories() {
        if (!GLib.getenv('CHORD_FETCH'))
            return; // built without the program that downloads
        const server = startServer();
        GLib.setenv('HF_ENDPOINT', server.address, true);
        const repository = Chord.Repository.new('owner/model:q8_0');
        const files = await repository.list_async(null);
        const file = Chord.Repository.choose(files, repository.quantization);
        assert(file.quantization === 'Q8_0' && file.bytes > 0, 'the repository is listed');
        const header = await file.inspect_async(null);
        assert(header.architecture === model.file.architecture, 'a header comes alone');
        server.stop();
        assert(Chord.Suggestion.find('qwen3-4b').n_parameters === 4e9, 'models are suggested');
    },
};

const loop = new GLib.MainLoop(null, false);

async function run() {
    const names = Object.keys(tests);
    print(`1..${names.length}`);
    for (const [i, name] of names.entries()) {
        try {
            await tests[name]();
            print(`ok ${i + 1} - ${name}`);
        } catch (e) {
            print(`not ok ${i + 1} - ${name}`);
            print(`# ${e.message}`);
        }
    }
}

run().finally(() => loop.quit());
loop.run();
