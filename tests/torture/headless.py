"""``bilik-booth`` without Kivy, for a robot: ``python -m tests.torture.headless SOCKET -- ARGUMENTS``.

The product's own options, device, runner and end, in the product's threads; only the screen is ``panel.Panel``. It
answers ``tests.robot.wire`` on SOCKET, starts in a fraction of the time, and dies like the real one: its runner's
mistake ends it with the product's status 70, SIGTERM ends it in order.
"""

import faulthandler
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

import booth.appliance as product
from booth.events import Touch
from booth.runner import Runner
from config.cards.pcsc import PcscReader
from config.errors import BilikError
from config.memory import keep_out_of_cores
from tests.robot.ears import Ears
from tests.robot.wire import Look, Reply, Request, Screenshot, Tap
from tests.torture.panel import Panel

STOP_S = 5
"""As long as the product waits for its runner's end."""


class EarsAtOnce(Ears):
    """Answers in the thread of the connection: there is no frame to wait for."""

    def __init__(self, path: Path, answer: Callable[[Request], Reply]) -> None:
        self._answer = answer
        super().__init__(path)

    def _ask(self, line: bytes) -> Reply:
        return self._answer(msgspec.json.decode(line, type=Request))  # type: ignore[arg-type]


def answers(panel: Panel) -> Callable[[Request], Reply]:
    """What is said to a robot."""

    def answer(request: Request) -> Reply:
        match request:
            case Screenshot():
                return Reply(error="this booth has no pixels")
            case Tap(x=x, y=y):
                panel.tap(x, y)
            case Look():
                pass
        return Reply(seen=panel.look())

    return answer


def main() -> int:
    """The product's own exit status."""
    # A booth that stands still says where, in its log: see Scene.tell_where.
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    border = sys.argv.index("--")
    socket = Path(sys.argv[border - 1])
    keep_out_of_cores()
    # Blocked in all threads and waited for in this one: a handler would wait for this thread to wake by itself whenever
    # the kernel gives the signal to another.
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    try:
        device = product._device(product._parser().parse_args(sys.argv[border + 1 :]))
    except BilikError as fault:
        return product._refuse(fault)

    def post(number: int, touch: Touch) -> None:
        runner.post(number, touch)

    panel = Panel(post)
    EarsAtOnce(socket, answers(panel))
    runner = Runner(device, panel.show)
    thread = threading.Thread(target=product._run, args=(runner,), name="runner")
    thread.start()
    signal.sigwait(ending)
    runner.stop()
    thread.join(STOP_S)
    device.printer.close()
    if isinstance(device.reader, PcscReader):
        device.reader.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
