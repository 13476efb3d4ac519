"""Studies: experiments on devices and circuits, one folder each; `spicekit.registry` finds them."""
