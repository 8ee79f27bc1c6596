"""The card's simulated twin: a strict PIV card in a file, played to a real pcscd that nobody else can reach.

Nothing here is shared with ``config.cards.piv``: a twin that parsed with the reader's own code would prove nothing.
"""
