// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which mounted filesystems lie on which others, and so the order in which they
// can be frozen. What is frozen can't be written to, so a filesystem whose blocks
// are a file of another has to be frozen before that one: its own freeze writes.
//
// The ways down: a filesystem's block device (btrfs: all of its), a partition's
// disk, what dm and md devices are made of, the file of a loop device. An overlay
// has no freeze of its own; it lies on the filesystems of its upper and work
// directories. A file is looked for where it is mounted now and here: what only
// another mount namespace sees is not known.

#pragma once

#include <sys/types.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mounts.hpp"

namespace gatehouse {

// From a filesystem to those that its writes end in, next below.
using FilesystemLayers = std::map<dev_t, std::set<dev_t>>;

// root is "" but for tests.
FilesystemLayers read_layers(const std::string &root, const std::vector<Mount> &mounts);

// 0 for one that nothing lies on, else more than any of those that lie on it.
// Of lower levels freeze first; of one level none lies on another.
std::map<dev_t, unsigned int> freeze_levels(const FilesystemLayers &layers);

// The mount that a path of a file leads to; nullptr if it is none.
const Mount *find_mount_of(const std::vector<Mount> &mounts, std::string_view file);

// Why a filesystem of this type can't be frozen, as far as the type tells; "" if
// it can.
std::string why_not_freezable(const Mount &mount);

} // namespace gatehouse
