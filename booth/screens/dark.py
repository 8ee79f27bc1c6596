"""Black from edge to edge: a listener's screen, on which nobody sees what is chosen and nobody can touch it."""

from typing import Any

from kivy.graphics import Color, Rectangle

from booth.screens.box import Box
from booth.screens.screen import Screen
from booth.views import Frame


class DarkScreen(Screen[Any]):
    """In place of any screen that a listener darkens; it has no words, no banner and nothing to touch."""

    bilingual = False
    shows_status = False

    def draw(self, view: Any) -> None:
        """Nothing of the view."""

    def _surround(self, frame: Frame) -> Box:
        area = self.theme.window
        with self.canvas:
            # No colour of the schemes: one of them would make it white.
            Color(0, 0, 0, 1)
            Rectangle(pos=(area.x, area.y), size=(area.width, area.height))
        return area
