"""The card's twin, judged by tools that know nothing of us."""
