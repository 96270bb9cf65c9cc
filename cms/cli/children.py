"""The processes that `cms run` starts: watched together, stopped together, never left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

PATIENCE = 15.0  # seconds that a child may take to finish what it is doing
PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
AGAIN = 0.01  # seconds until a stop that was dropped comes again


class Stop(BaseException):
    """Somebody asked to stop: Ctrl-C, SIGTERM, or the terminal that went away."""


@dataclass
class Children:
    """Processes in sessions of their own, so that Ctrl-C reaches only the parent, which then stops them in order.

    They are forked, not started anew: importing the house takes a second and a half, and a start must not take it
    three times over.
    """

    running: dict[int, str] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def start(self, name: str, work: Callable[[], None]) -> None:
        """Start one. Whatever holds connections must be closed before."""
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            _live(work)
        self.running[child] = name

    def wait(self) -> str:
        """Return when one of them has stopped by itself: a sentence that says which, and how."""
        while not self.ended:
            self._note(*os.waitpid(-1, 0))
        return self.ended[0]

    def look(self) -> str:
        """Return that sentence, or '' while all are running."""
        with suppress(ChildProcessError):
            self._note(*os.waitpid(-1, os.WNOHANG))
        return self.ended[0] if self.ended else ""

    def stop(self) -> None:
        """Stop them all, the newest first; whatever does not stop in time is killed, with all that it started."""
        _heed(signal.SIG_IGN)
        groups = list(self.running)
        for child in reversed(groups):
            os.kill(child, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while self.running and time.monotonic() < until:
            self.look()
            time.sleep(0.02)
        for group in groups:
            with suppress(ProcessLookupError):  # the usual case: nothing is left of it
                os.killpg(group, signal.SIGKILL)
        while self.running:
            self._note(*os.waitpid(-1, 0))

    def _note(self, child: int, status: int) -> None:
        if child in self.running:
            name, code = self.running.pop(child), os.waitstatus_to_exitcode(status)
            how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"stopped with exit code {code}"
            self.ended.append(f"The {name} {how}.")


def call(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program to its end, and return its exit code; it is killed where this process is told to stop."""
    follow = follow_parent if sys.platform == "linux" else None
    done = subprocess.run(  # noqa: S603 - our own commands
        command, env=environment, check=False, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=follow
    )
    return done.returncode


def stop_on_signals() -> None:
    """Let Ctrl-C, SIGTERM and a closed terminal raise Stop.

    Where Python drops what is raised, as it does while it clears up or forks, Stop comes again a moment later.
    """

    def stop(_: int, __: FrameType | None) -> None:
        _heed(signal.SIG_IGN)  # once is enough: stopping must not be interrupted by impatience
        raise Stop

    def dropped(what: sys.UnraisableHookArgs) -> None:
        if not issubclass(what.exc_type, Stop):
            sys.__unraisablehook__(what)
            return
        signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, AGAIN)

    sys.unraisablehook = dropped
    _heed(stop)


def follow_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Ask Linux to signal this process when its parent is gone, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)


def _heed(how: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    for number in SIGNALS:
        signal.signal(number, how)


def _live(work: Callable[[], None]) -> None:
    """Be a child: do the work, and leave without ever going back into the parent's code."""
    code = 1
    try:
        os.setsid()
        follow_parent()
        _heed(signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        work()
        code = 0
    except Stop:
        code = 0  # told to stop before it had begun
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
