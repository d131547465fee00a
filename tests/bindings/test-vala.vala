// SPDX-License-Identifier: LGPL-2.1-or-later
// The library from Vala: load, stream by signals, cancel, read errors.

const string CAPITAL = "What is the capital of France?";

Chord.Model model;

Chord.SamplingOptions greedy () {
    var options = new Chord.SamplingOptions ();
    options.temperature = 0;
    return options;
}

Chord.Session new_session (string text) throws Error {
    var session = new Chord.Session (model);
    session.append_text (Chord.Role.USER, text);
    return session;
}

async void load () throws Error {
    var options = new Chord.ModelOptions ();
    options.context_length = 512;
    model = yield Chord.Model.load_async (Chord.get_builtin_model_path (), options, null, null);
    assert (model.architecture == "llama");
    assert (model.context_length == 512);
}

async void stream () throws Error {
    var text = new StringBuilder ();
    var reason = Chord.FinishReason.NONE;
    var generation = new_session (CAPITAL).start (greedy ());
    generation.text.connect (delta => text.append (delta));
    generation.finished.connect (why => { reason = why; });
    yield generation.wait_async (null);
    assert ("Paris" in text.str);
    assert (reason == Chord.FinishReason.STOP);
    assert (generation.usage.generated_tokens > 2);
}

async void whole () throws Error {
    var generation = yield new_session (CAPITAL).generate_async (greedy (), null);
    assert ("Paris" in generation.get_text ());
}

async void cancel () throws Error {
    var generation = new_session ("Tell me a story about a fox.").start (null);
    generation.text.connect (() => generation.cancel ());
    try {
        yield generation.wait_async (null);
        assert_not_reached ();
    } catch (IOError.CANCELLED e) {
        assert (generation.finish_reason == Chord.FinishReason.CANCELLED);
    }
}

async void errors () throws Error {
    try {
        new_session (string.nfill (5000, 'x')).start (null);
        assert_not_reached ();
    } catch (Chord.Error.CONTEXT_FULL e) {
        assert ("512" in e.message);
    }
}

async void tokens () throws Error {
    var tokenizer = model.get_tokenizer ();
    var ids = tokenizer.tokenize ("A fox!", -1, Chord.TokenizeFlags.NONE);
    assert (tokenizer.detokenize (ids, false) == "A fox!");
}

async void run () {
    print ("1..6\n");
    try {
        yield load ();
        print ("ok 1 - load\n");
        yield stream ();
        print ("ok 2 - stream\n");
        yield whole ();
        print ("ok 3 - whole\n");
        yield cancel ();
        print ("ok 4 - cancel\n");
        yield errors ();
        print ("ok 5 - errors\n");
        yield tokens ();
        print ("ok 6 - tokens\n");
    } catch (Error e) {
        print ("Bail out! %s\n", e.message);
    }
}

int main () {
    var loop = new MainLoop ();
    run.begin (() => loop.quit ());
    loop.run ();
    return 0;
}
