#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The models page: add a model, download one over a line that breaks, pause, go on, set something, find all of it again
after a restart, and chat. See apptest.py."""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fetch"))
from apptest import (Atspi, BUTTON, TEXT, check, main, picture, settle, wait_for, walk)  # noqa: E402
from server import Server  # noqa: E402

ENTRY = TEXT + ("search box",)
MENU = ("menu item",)
FILE = "model-q8_0.gguf"  # in the repository


class Page:
    """What is on the models page. GTK 4.8 has what is hidden behind another page in the tree too, and says of nothing
    whether it is to be seen."""

    def __init__(self, app):
        self.app = app

    def open(self):
        self.app.press("Models")

    def need(self, roles, name):
        return self.app.need(roles, name)

    def press(self, name, roles=BUTTON):
        """A menu button is two of one name, of which one can be pressed."""
        def usable():
            return next((n for n in walk(self.app.root) if n.get_role_name() in roles and n.get_name() == name
                         and n.get_state_set().contains(Atspi.StateType.SENSITIVE)
                         and n.get_action_iface().get_n_actions() > 0), None)
        wait_for(f"a usable {roles[0]} “{name}”", usable, 20).get_action_iface().do_action(0)
        settle(1)  # GTK 4.8 crashes when its tree is read just as a window comes

    def write(self, name, text):
        self.need(ENTRY, name).get_editable_text_iface().set_text_contents(text)

    def names(self, beginning):
        """What follows the beginning in the names of buttons."""
        names = [n.get_name() for n in walk(self.app.root) if n.get_role_name() in BUTTON]
        return [name.removeprefix(beginning) for name in names if name.startswith(beginning)]

    def usable_models(self):
        """The names of those that can be chatted with."""
        return [name for name in self.names("Chat with ") if name != "It"]

    def wait_for_label(self, part):
        wait_for(f"the words “{part}”", lambda: any(part in label for label in self.app.labels()), 20)

    def give(self, path):
        """Opens a file as the shell would, which brings it into the catalog."""
        subprocess.run([self.app.program, path], env=self.app.env, check=True, timeout=60)
        self.open()


# ---- Steps: one after the other, in one home -------------------------------------------------------------------------

def test_builtin_model(app):
    page = Page(app)
    page.open()
    wait_for("the built-in model", lambda: len(page.usable_models()) == 1)
    page.need(("image", "icon"), "Default model")
    page.wait_for_label("Fits Well")
    picture(app, "models")


def test_search(app):
    page = Page(app)
    page.write("Search Models", "qwen3 8b")
    wait_for("the one that is meant", lambda: page.names("Download Qwen") == ["3 8B"])
    check(not page.usable_models(), "the built-in model is called Qwen3 too")
    page.write("Search Models", "no model is called this")
    wait_for("the end of the list", lambda: not page.names("Download Qwen"))
    picture(app, "models-none-found")
    page.write("Search Models", "")
    wait_for("the built-in model", lambda: len(page.usable_models()) == 1)


def test_add_file(app):
    page = Page(app)
    shutil.copy(app.env["CHORD_BUILTIN_MODEL"], app.home + "/friend.gguf")
    page.give(app.home + "/friend.gguf")
    wait_for("the model that was added", lambda: "friend" in page.usable_models())


def test_add_what_is_no_model(app):
    page = Page(app)
    pathlib.Path(app.home, "broken.gguf").write_bytes(b"GGUF and then nothing of the kind")
    page.give(app.home + "/broken.gguf")
    page.wait_for_label("broken.gguf")
    check("broken" not in page.usable_models(), "what is no model can be chatted with")
    picture(app, "models-added")


def test_pause_a_download(app):
    page = Page(app)
    page.write("Repository", "owner/model")
    page.press("Find the Repository")
    page.wait_for_label("will be downloaded from “owner/model”")
    page.wait_for_label("Fits Well")
    picture(app, "download-question")
    page.press("Download")
    page.press("Pause")
    page.wait_for_label("Paused")
    picture(app, "download-paused")


def test_go_on_over_a_broken_line(app):
    page = Page(app)
    SERVED.drip = None
    SERVED.breaks = [100_000, 100_000]
    page.press("Resume")
    name = FILE.removesuffix(".gguf")
    wait_for("the downloaded model", lambda: name in page.usable_models())
    check(any("Range" in headers for headers in SERVER.asked(f"/owner/model/resolve/main/{FILE}")),
          "what was there was fetched again")
    path = next(pathlib.Path(app.home).rglob(FILE))
    check(path.read_bytes() == SERVED.data, "the file is not what was served")
    picture(app, "downloaded")


def test_setting(app):
    page = Page(app)
    page.press("Details of friend")
    picture(app, "model-details")
    page.press("Settings", ("page tab",))
    page.need(("spin button",), "Temperature").get_value_iface().set_current_value(0.35)
    picture(app, "model-settings")
    settle(1)  # it is stored when the user has stopped turning it


def test_restart_finds_it(app):
    page = Page(app)
    folder = pathlib.Path(app.home, ".lmstudio/models")  # of another program, for a step below
    folder.mkdir(parents=True)
    shutil.copy(app.env["CHORD_BUILTIN_MODEL"], folder / "first.gguf")
    app.restart()
    page.open()
    wait_for("all models", lambda: len(page.usable_models()) == 3)
    page.press("Details of friend")
    page.press("Settings", ("page tab",))
    value = page.need(("spin button",), "Temperature").get_value_iface().get_current_value()
    check(abs(value - 0.35) < 0.001, f"the temperature is {value} now")
    page.press("Back to All Models")


def test_changed_file(app):
    page = Page(app)
    path = pathlib.Path(app.home, "friend.gguf")
    page.press("Details of friend")
    page.press("Verify")
    page.wait_for_label("The file is what it was")
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    page.press("Verify")
    page.wait_for_label("The SHA-256 of the file is")
    page.press("Back to All Models")
    check("friend" not in page.usable_models(), "a file with another sum can be chatted with")
    page.press("Use friend as It Is")
    wait_for("the model that was accepted", lambda: "friend" in page.usable_models())


def test_copy_and_trash(app):
    page = Page(app)
    page.press("Details of friend")
    page.press("More Actions")
    page.press("Copy into Chord’s Folder", MENU)
    wait_for("the copy", lambda: "friend-2" in page.usable_models())
    page.press("Details of friend-2")
    page.press("More Actions")
    page.press("Move to Trash…", MENU)
    picture(app, "model-trash")
    page.press("_Move to Trash Move to Trash")
    wait_for("the copy to be gone", lambda: "friend-2" not in page.names("Details of "))
    check(not pathlib.Path(app.home, "data/chord/models/friend.gguf").exists(), "the file is still there")
    check(pathlib.Path(app.home, "data/Trash/files/friend.gguf").exists(), "the file is not in the trash")


def test_folder_of_another_program(app):
    page = Page(app)
    page.press("Add the models of LM Studio")
    wait_for("the model in the folder", lambda: "first" in page.usable_models())
    shutil.copy(app.env["CHORD_BUILTIN_MODEL"], app.home + "/.lmstudio/models/second.gguf")
    wait_for("the model that came into the folder", lambda: "second" in page.usable_models())
    shutil.rmtree(app.home + "/.lmstudio")
    wait_for("both to be missing", lambda: not {"first", "second"} & set(page.usable_models()))
    page.press("Forget the Folder models")
    wait_for("both to be gone", lambda: not {"first", "second"} & set(page.names("Details of ")))


def test_default_and_reload(app):
    page = Page(app)
    page.press("Chat with friend")
    page.open()
    page.press("Details of friend")
    page.press("More Actions")
    page.press("Use as Default", MENU)
    page.wait_for_label("★ Default model")
    page.press("Settings", ("page tab",))
    page.need(("spin button",), "Threads").get_value_iface().set_current_value(1)
    page.wait_for_label("Load the model again")
    page.press("Load Again")
    wait_for("the hint to go", lambda: not any("Load the model again" in text for text in app.labels()))
    app.focus_window()
    app.type("Escape")
    wait_for("the list to be back", lambda: "friend" in page.usable_models())


def test_missing_file(app):
    page = Page(app)
    path, away = app.home + "/friend.gguf", app.home + "/data/away"
    os.rename(path, away)
    page.press("Add")
    page.press("Look at All Folders Again", ("menu item",))
    wait_for("the model that cannot be used any more", lambda: "friend" not in page.usable_models())
    picture(app, "model-missing")
    os.rename(away, path)
    page.press("Look Again")
    wait_for("the model that is back", lambda: "friend" in page.usable_models())


def test_forget(app):
    page = Page(app)
    name = FILE.removesuffix(".gguf")
    os.remove(next(pathlib.Path(app.home).rglob(FILE)))
    page.press("Add")
    page.press("Look at All Folders Again", ("menu item",))
    page.press("Forget " + name)
    picture(app, "model-forget")
    page.press("_Forget Forget")
    wait_for("the model to be gone", lambda: name not in page.names("Details of "))
    check(sorted(page.usable_models()) == ["chord-tiny-q8_0", "friend"], "another model is gone too")


def test_chat_with_it(app):
    Page(app).press("Chat with friend")
    app.ask("What is the capital of France?")
    wait_for("the answer", lambda: any("Paris" in text for text in app.labels()))


STEPS = [test_builtin_model, test_search, test_add_file, test_add_what_is_no_model, test_pause_a_download,
         test_go_on_over_a_broken_line, test_setting, test_restart_finds_it, test_changed_file, test_copy_and_trash,
         test_folder_of_another_program, test_default_and_reload, test_missing_file, test_forget, test_chat_with_it]


def serve(model):
    """The model in a repository, so slow that a user can pause the download."""
    server = Server()
    served = server.add_repository("owner/model", {FILE: pathlib.Path(model).read_bytes()})[FILE]
    served.drip = (50_000, 0.2)
    return server, served


if __name__ == "__main__":
    SERVER, SERVED = serve(sys.argv[2])
    sys.exit(main(STEPS, HF_ENDPOINT=SERVER.url))
