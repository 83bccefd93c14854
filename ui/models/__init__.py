"""View-models: what QML binds to. They turn views of :mod:`terminal.views` into plain words and lists, nothing more."""
