# SPDX-License-Identifier: LGPL-2.1-or-later
"""Services of a desktop, on the session bus of a test, that only write down what they were asked for."""
import threading

from gi.repository import Gio, GLib


class Service:
    """Answers on a thread of its own: the test may itself be waiting for the program that asks."""

    def __init__(self, name, path, interface, methods):
        """methods: by name (parameter types, reply types, reply)"""
        self.path, self.interface, self.methods, self.calls = path, interface, methods, []
        self.name, self.ready = name, threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()
        if not self.ready.wait(10):
            raise RuntimeError(f"{name} is not on the bus")

    def describe(self):
        def args(types, direction):
            return "".join(f'<arg type="{kind}" direction="{direction}"/>' for kind in types)
        methods = "".join(f'<method name="{name}">{args(takes, "in")}{args(gives, "out")}</method>'
                          for name, (takes, gives, _) in self.methods.items())
        return f'<node><interface name="{self.interface}">{methods}</interface></node>'

    def serve(self):
        context = GLib.MainContext()
        context.push_thread_default()
        self.bus = Gio.DBusConnection.new_for_address_sync(
            Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION, None),
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        info = Gio.DBusNodeInfo.new_for_xml(self.describe())
        self.bus.register_object(self.path, info.interfaces[0], self.called, None, None)
        self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                           GLib.Variant("(su)", (self.name, 0)), None, Gio.DBusCallFlags.NONE, 10000)
        self.ready.set()
        GLib.MainLoop.new(context, False).run()

    def called(self, bus, sender, path, interface, method, parameters, invocation):
        self.calls.append((method, parameters.unpack()))
        _, gives, reply = self.methods[method]
        invocation.return_value(GLib.Variant("(" + "".join(gives) + ")", reply) if gives else None)

    def emit(self, signal, parameters):
        self.bus.emit_signal(None, self.path, self.interface, signal, parameters)

    def of(self, method):
        """What came with each call of a method."""
        return [parameters for name, parameters in self.calls if name == method]


def notifications():
    return Service("org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications", {
        "Notify": (["s", "u", "s", "s", "s", "as", "a{sv}", "i"], ["u"], (7,)),
        "CloseNotification": (["u"], [], ()),
        "GetCapabilities": ([], ["as"], (["actions", "body"],)),
        "GetServerInformation": ([], ["s", "s", "s", "s"], ("test", "test", "1", "1.2"))})


def session_manager():
    return Service("org.gnome.SessionManager", "/org/gnome/SessionManager", "org.gnome.SessionManager", {
        "RegisterClient": (["s", "s"], ["o"], ("/org/gnome/SessionManager/Client1",)),
        "UnregisterClient": (["o"], [], ()),
        "Inhibit": (["s", "u", "s", "u"], ["u"], (41,)),
        "Uninhibit": (["u"], [], ())})
