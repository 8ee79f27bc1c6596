"""The second opinion: a maker, a slow verifier and a forger of archives, in plain integers, after the Belenios
specification and nothing else. Nothing in here imports the code that it judges."""
