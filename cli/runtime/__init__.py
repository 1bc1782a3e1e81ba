"""The local runtime: everything between AWS's services, on one machine. `world.LocalRuntime` is the door."""
