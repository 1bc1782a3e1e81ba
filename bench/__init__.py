"""How fast the core is, beside three libraries that do a part of its work. `make bench` prints it."""
