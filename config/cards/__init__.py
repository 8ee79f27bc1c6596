"""The officer's card: one narrow port, and the soft card that stands behind it in rehearsals."""
