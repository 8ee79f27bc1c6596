"""What all machines agree on before the doors open: election, words, package, roles, cards, settings, errors."""
