"""Paper: what a slip and a tape say, the bytes that print them, the port, and a virtual printer that paints."""
