// SPDX-License-Identifier: GPL-2.0-or-later
//
// The functions behind the commands, each in a file of its concept.

#pragma once

#include "agent.hpp"

namespace agent {

// sync.cpp
gatehouse::Result<Json> ping(Agent &agent, const Json &arguments);
gatehouse::Result<Json> sync(Agent &agent, const Json &arguments);

// info.cpp
gatehouse::Result<Json> info(Agent &agent, const Json &arguments);

// time.cpp
gatehouse::Result<Json> get_time(Agent &agent, const Json &arguments);
gatehouse::Result<Json> set_time(Agent &agent, const Json &arguments);
gatehouse::Result<Json> timezone_of(Agent &agent, const Json &arguments);

// system.cpp
gatehouse::Result<Json> osinfo(Agent &agent, const Json &arguments);
gatehouse::Result<Json> host_name(Agent &agent, const Json &arguments);
gatehouse::Result<Json> load(Agent &agent, const Json &arguments);

// users.cpp
gatehouse::Result<Json> users(Agent &agent, const Json &arguments);

// fsfreeze.cpp
gatehouse::Result<Json> fsfreeze_status(Agent &agent, const Json &arguments);
gatehouse::Result<Json> fsfreeze_freeze(Agent &agent, const Json &arguments);
gatehouse::Result<Json> fsfreeze_freeze_list(Agent &agent, const Json &arguments);
gatehouse::Result<Json> fsfreeze_thaw(Agent &agent, const Json &arguments);

// fsinfo.cpp
gatehouse::Result<Json> fsinfo(Agent &agent, const Json &arguments);

// disks.cpp
gatehouse::Result<Json> disks(Agent &agent, const Json &arguments);

// diskstats.cpp
gatehouse::Result<Json> diskstats(Agent &agent, const Json &arguments);

// cpus.cpp
gatehouse::Result<Json> cpustats(Agent &agent, const Json &arguments);
gatehouse::Result<Json> vcpus(Agent &agent, const Json &arguments);

// memory_blocks.cpp
gatehouse::Result<Json> memory_blocks(Agent &agent, const Json &arguments);
gatehouse::Result<Json> memory_block_info(Agent &agent, const Json &arguments);

// network.cpp
gatehouse::Result<Json> network_interfaces(Agent &agent, const Json &arguments);

// shutdown.cpp
gatehouse::Result<Json> shut_down(Agent &agent, const Json &arguments);

// suspend.cpp
gatehouse::Result<Json> suspend_ram(Agent &agent, const Json &arguments);
gatehouse::Result<Json> suspend_disk(Agent &agent, const Json &arguments);
gatehouse::Result<Json> suspend_hybrid(Agent &agent, const Json &arguments);

// lock_sessions.cpp
gatehouse::Result<Json> lock_sessions(Agent &agent, const Json &arguments);

} // namespace agent
