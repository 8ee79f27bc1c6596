"""What a running booth is like inside, asked of the agent: memory, sockets, what can be written, who runs."""

import re
from collections.abc import Iterator

from tests.demo.proof import Claim
from tests.image.agent import Agent

MOST_MIB = 400
"""Of the gibibyte, with the booth open and a card's session held before."""
KIB = 1024
LISTENS = "0A"
WRITABLE = {"/data", "/run/bilik/stick"}
"""Where a block device may be written: its data, and the stick."""
VOLATILE = {"tmpfs", "ramfs", "devtmpfs", "proc", "sysfs", "devpts", "cgroup2", "securityfs", "debugfs", "tracefs",
            "mqueue", "hugetlbfs", "configfs", "fusectl", "bpf", "pstore", "autofs", "efivarfs", "binfmt_misc",
            "rootfs", "overlay"}  # fmt: skip
PLACES = ("/", "/etc", "/usr/bin", "/usr/lib/systemd/system", "/opt", "/boot", "/home", "/root")
NOBODYS = ("getty", "login", "sshd", "bash", "dash", "sudo", "networkd", "resolved", "dhc", "wpa_supplicant")
"""Words in the names of programs that have no business here."""


def claims(agent: Agent, where: str) -> Iterator[Claim]:
    """Everything that is asked of a running booth."""
    yield from _memory(agent, where)
    yield from _network(agent, where)
    yield from _writing(agent, where)
    yield from _people(agent, where)


def memory_mib(agent: Agent) -> int:
    """What is used and could not be given to another program."""
    told = dict(re.findall(r"^(\w+): +(\d+) kB", agent.ask("$b cat $r/proc/meminfo"), re.MULTILINE))
    return (int(told["MemTotal"]) - int(told["MemAvailable"])) // KIB


def _memory(agent: Agent, where: str) -> Iterator[Claim]:
    used = memory_mib(agent)
    yield Claim(where, f"memory: {used} MiB used, at most {MOST_MIB}", used <= MOST_MIB, True)
    yield Claim(where, "no swap", agent.ask("$b tail -n +2 $r/proc/swaps").strip(), "")


def _network(agent: Agent, where: str) -> Iterator[Claim]:
    """Of every process: some may live in a network of their own."""
    cards = agent.ask("$b ls $r/sys/class/net").split()
    yield Claim(where, "network: nothing but loopback", cards, ["lo"])
    kinds = "tcp tcp6 udp udp6 udplite raw raw6 packet"
    told = agent.ask(
        f"for kind in {kinds}; do for p in $r/proc/[0-9]*; do $b tail -n +2 $p/net/$kind 2>$nothing; done; done"
    )
    sockets = {" ".join(line.split()[1:4]) for line in told.splitlines() if line.strip()}
    yield Claim(where, "network: no socket of any kind", sorted(sockets), [])


def _writing(agent: Agent, where: str) -> Iterator[Claim]:
    mounts = [line.split()[:4] for line in agent.ask("$b cat $r/proc/1/mounts").splitlines()]
    open_ones = {place for _, place, kind, how in mounts if kind not in VOLATILE and "rw" in how.split(",")}
    yield Claim(where, "disks that can be written: data and stick alone", open_ones - WRITABLE, set())
    for place in PLACES:
        said = agent.ask(f"if [ -d $r{place} ]; then $b touch $r{place}/x && echo written; else echo none; fi")
        refused = "Read-only file system" in said or said.strip() == "none"
        yield Claim(where, f"writing to {place} is refused, even to root", refused, True)
    said = agent.ask("$b cat $r/sys/block/dm-0/ro").strip()
    yield Claim(where, "the verified root is a read-only device", said, "1")
    flags = {place: set(how.split(",")) for _, place, _, how in mounts}
    for place in sorted(WRITABLE & flags.keys()):
        yield Claim(where, f"{place}: nothing on it runs", {"nosuid", "nodev", "noexec"} - flags[place], set())


def _people(agent: Agent, where: str) -> Iterator[Claim]:
    told = agent.ask("for p in $r/proc/[0-9]*; do echo $($b grep -h -E '^(Name|Uid|PPid)' $p/status 2>$nothing); done")
    running = re.findall(r"Name: (.+?) PPid: (\d+) Uid: (\d+)", told)
    ours = {name: uid for name, _, uid in running if any(word in name for word in ("booth", "pcscd", "python"))}
    yield Claim(where, "booth and card service run as nobody's superuser", "0" in ours.values() or not ours, False)
    strangers = [name for name, _, _ in running if any(word in name for word in NOBODYS)]
    yield Claim(where, "no terminal, no shell, no network service", strangers, [])
    suid = agent.ask("$b find $r/usr $r/opt -xdev -perm /6000 -type f 2>$nothing").split()
    yield Claim(where, "no program that lends rights", suid, [])
    core = agent.ask("$b cat $r/proc/sys/kernel/core_pattern; $b cat $r/proc/sys/kernel/sysrq").split("\n")
    yield Claim(where, "the keyboard has no magic key", core[1:2], ["0"])
