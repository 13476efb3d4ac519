from spicekit.collection import collect_seldom

collect_seldom()  # before anything large is loaded
