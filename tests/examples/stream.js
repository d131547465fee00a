#!/usr/bin/gjs -m
// SPDX-License-Identifier: LGPL-2.1-or-later
// An answer as it comes, with promises and signals.
//
//     gjs -m stream.js "Tell me a story about a fox." [MODEL.gguf]

import Chord from 'gi://Chord?version=1';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

Gio._promisify(Chord.Model, 'load_async', 'load_finish');
Gio._promisify(Chord.Generation.prototype, 'wait_async', 'wait_finish');

const [question = 'Tell me a story about a fox.',
    path = Chord.get_builtin_model_path()] = System.programArgs;
const loop = new GLib.MainLoop(null, false);
// print() would put each piece on a line of its own.
const output = new Gio.UnixOutputStream({fd: 1, close_fd: false});
let status = 0;

async function main() {
    const model = await Chord.Model.load_async(path, null, null, null);
    const session = new Chord.Session({model});
    session.append_text(Chord.Role.USER, question);

    const generation = session.start(new Chord.SamplingOptions({temperature: 0.5, seed: 1}));
    generation.connect('text', (_, text) => output.write_all(text, null));
    await generation.wait_async(null);
    output.write_all(`\n[${generation.usage.generated_tokens} tokens]\n`, null);
}

main().catch(e => {
    printerr(e.message);
    status = 1;
}).finally(() => loop.quit());
loop.run();
System.exit(status);
