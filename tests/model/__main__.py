"""``python -m tests.model`` renews what docs/reliability.md says of the model; look at what has changed."""

from tests.model.page import PAGE, renew

renew()
print(f"renewed: {PAGE}")
