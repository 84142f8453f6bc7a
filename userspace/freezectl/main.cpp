// SPDX-License-Identifier: GPL-2.0-or-later
//
// freezectl: freeze filesystems for as long as a command runs, and see who has
// frozen what. This file is its table of verbs.

#include "verbs.hpp"

namespace freezectl {

using namespace gatehouse::cli;

static constexpr Option kJsonArray[] = {
	{"--json", Kind::Flag, "print a JSON array"},
};

static constexpr Option kJsonLines[] = {
	{"--json", Kind::Flag, "print one JSON object a line"},
};

static constexpr Option kFreezeOptions[] = {
	{"--timeout", Kind::Text, "thaw after so long whatever happens: 3s, 500ms", "DUR"},
	{"--guard", Kind::Flag, "let nobody else thaw; before Linux 6.6 anyone with FITHAW could"},
	{"-q,--quiet", Kind::Flag, "no progress on stderr when freezing takes long"},
};

static constexpr Verb kVerbs[] = {
	{"status", "[MOUNT...]", 0, kAnyNumber, status,
	 "show each filesystem that can be frozen: state, who holds it, how long", kJsonArray},
	{"plan", "[MOUNT...]", 0, kAnyNumber, plan,
	 "print filesystems in the order in which run would freeze them", kJsonArray},
	{"run", "MOUNT... -- COMMAND [ARGUMENT...]", 2, kAnyNumber, run,
	 "freeze, run a command, thaw", kFreezeOptions},
	{"hold", "MOUNT...", 1, kAnyNumber, hold, "freeze until interrupted", kFreezeOptions},
	{"monitor", "", 0, 0, monitor, "print freezes and thaws as they happen", kJsonLines},
	{"thaw-all", "", 0, 0, thaw_all, "end the freezes of all processes", {}},
};

static constexpr Tool kTool = {"freezectl", "Freeze filesystems no longer than a program lives.",
			       kVerbs};

} // namespace freezectl

int main(int argc, char **argv)
{
	return gatehouse::cli::run(freezectl::kTool, argc, argv);
}
