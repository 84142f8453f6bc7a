// SPDX-License-Identifier: GPL-2.0-or-later
//
// Block devices as sysfs has them, and where their hardware is, in the words of
// the guest agent's protocol.

#pragma once

#include <string>
#include <vector>

#include "agent.hpp"
#include "mounts.hpp"

namespace agent {

// The name of the device with this number, "vda1"; "" when there is none.
std::string block_name(Agent &agent, dev_t device);

// Does this filesystem lie on a block device of this machine?
bool is_on_a_device(const gatehouse::Mount &mount);

// Names of what a dm or md device lies on.
std::vector<std::string> block_slaves(Agent &agent, const std::string &name);

// The address of the disk that a device is, or is a part of; null for one that
// is no hardware.
Json disk_address(Agent &agent, const std::string &name);

} // namespace agent
