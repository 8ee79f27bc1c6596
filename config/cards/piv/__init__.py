"""The officer's smart card in its own language: PIV commands and answers as pure bytes over a line that others hold."""
