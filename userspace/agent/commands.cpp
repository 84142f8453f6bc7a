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
constexpr Parameter kShutdown[] = {{"mode", String, Optional}};

constexpr Command kCommands[] = {
	{"guest-sync-delimited", kSync, Answer::Delimited, sync},
	{"guest-sync", kSync, Answer::Always, sync},
	{"guest-ping", {}, Answer::Always, ping},
	{"guest-info", {}, Answer::Always, info},
	{"guest-get-time", {}, Answer::Always, get_time},
	{"guest-set-time", kSetTime, Answer::Always, set_time},
	{"guest-get-timezone", {}, Answer::Always, timezone_of},
	{"guest-get-osinfo", {}, Answer::Always, osinfo},
	{"guest-get-host-name", {}, Answer::Always, host_name},
	{"guest-get-users", {}, Answer::Always, users},
	{"guest-get-load", {}, Answer::Always, load},
	{"guest-get-fsinfo", {}, Answer::Always, fsinfo},
	{"guest-get-disks", {}, Answer::Always, disks},
	{"guest-get-diskstats", {}, Answer::Always, diskstats},
	{"guest-get-cpustats", {}, Answer::Always, cpustats},
	{"guest-get-vcpus", {}, Answer::Always, vcpus},
	{"guest-get-memory-blocks", {}, Answer::Always, memory_blocks},
	{"guest-get-memory-block-info", {}, Answer::Always, memory_block_info},
	{"guest-network-get-interfaces", {}, Answer::Always, network_interfaces},
	{"guest-shutdown", kShutdown, Answer::Failure, shut_down},
	{"guest-suspend-ram", {}, Answer::Failure, suspend_ram},
	{"guest-suspend-disk", {}, Answer::Failure, suspend_disk},
	{"guest-suspend-hybrid", {}, Answer::Failure, suspend_hybrid},
	{"guest-lock-sessions", {}, Answer::Always, lock_sessions},
};

} // namespace

std::span<const Command> commands()
{
	return kCommands;
}

} // namespace agent
