"""Sources, root keys and packages: what machines agree on before the doors open."""
