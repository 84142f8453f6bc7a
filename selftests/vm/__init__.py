# SPDX-License-Identifier: GPL-2.0-or-later
"""The virtual machine bench.

Read in this order: topology (what a machine has), qemu (its command line), machine (one
machine from start to stop), boot (the tests of one boot), plan and schedule (which tests,
which machine, when), report (what a person sees). peer, pattern and rpc are the host ends of
the ports; guest and init are the two scripts that run inside.
"""


class BenchError(Exception):
    """The bench can't do what was asked; the text says why and what helps."""
