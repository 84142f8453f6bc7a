// SPDX-License-Identifier: GPL-2.0-or-later
//
// The table of commands. guest-lock-sessions is ours, all others are QEMU's by
// name, arguments and result. What is not here is left out on purpose: files,
// programs, passwords and keys are no business of a host's.

#include "command.hpp"
#include "handlers.hpp"

namespace agent {

namespace {

using enum Parameter::Type;
using enum Parameter::Need;

constexpr Parameter kSync[] = {{"id", Integer, Required}};
constexpr Parameter kSetTime[] = {{"time", Integer, Optional}};
constexpr Parameter kFreezeList[] = {{"mountpoints", StringList, Optional}};
constexpr Parameter kShutdown[] = {{"mode", String, Optional}};

constexpr Command kCommands[] = {
	{"guest-sync-delimited", kSync, Answer::Delimited, When::Always, sync},
	{"guest-sync", kSync, Answer::Always, When::Always, sync},
	{"guest-ping", {}, Answer::Always, When::Always, ping},
	{"guest-info", {}, Answer::Always, When::Always, info},
	{"guest-get-time", {}, Answer::Always, When::Thawed, get_time},
	{"guest-set-time", kSetTime, Answer::Always, When::Thawed, set_time},
	{"guest-get-timezone", {}, Answer::Always, When::Thawed, timezone_of},
	{"guest-get-osinfo", {}, Answer::Always, When::Thawed, osinfo},
	{"guest-get-host-name", {}, Answer::Always, When::Thawed, host_name},
	{"guest-get-users", {}, Answer::Always, When::Thawed, users},
	{"guest-get-load", {}, Answer::Always, When::Thawed, load},
	{"guest-get-fsinfo", {}, Answer::Always, When::Thawed, fsinfo},
	{"guest-get-disks", {}, Answer::Always, When::Thawed, disks},
	{"guest-get-diskstats", {}, Answer::Always, When::Thawed, diskstats},
	{"guest-get-cpustats", {}, Answer::Always, When::Thawed, cpustats},
	{"guest-get-vcpus", {}, Answer::Always, When::Thawed, vcpus},
	{"guest-get-memory-blocks", {}, Answer::Always, When::Thawed, memory_blocks},
	{"guest-get-memory-block-info", {}, Answer::Always, When::Thawed, memory_block_info},
	{"guest-network-get-interfaces", {}, Answer::Always, When::Thawed, network_interfaces},
	{"guest-fsfreeze-status", {}, Answer::Always, When::FreezingAlways, fsfreeze_status},
	{"guest-fsfreeze-freeze", {}, Answer::Always, When::Freezing, fsfreeze_freeze},
	{"guest-fsfreeze-freeze-list", kFreezeList, Answer::Always, When::Freezing,
	 fsfreeze_freeze_list},
	{"guest-fsfreeze-thaw", {}, Answer::Always, When::FreezingAlways, fsfreeze_thaw},
	{"guest-shutdown", kShutdown, Answer::Failure, When::Thawed, shut_down},
	{"guest-suspend-ram", {}, Answer::Failure, When::Thawed, suspend_ram},
	{"guest-suspend-disk", {}, Answer::Failure, When::Thawed, suspend_disk},
	{"guest-suspend-hybrid", {}, Answer::Failure, When::Thawed, suspend_hybrid},
	{"guest-lock-sessions", {}, Answer::Always, When::Thawed, lock_sessions},
};

} // namespace

std::span<const Command> commands()
{
	return kCommands;
}

} // namespace agent
