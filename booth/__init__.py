"""The booth: two state machines, a store, a runner, and the screens that draw them."""
