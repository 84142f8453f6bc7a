// SPDX-License-Identifier: GPL-2.0-or-later
//
// The verbs of freezectl, one a file, and what they share.

#pragma once

#include "cli.hpp"

namespace freezectl {

// Exit status of run and hold: the freeze was lost on the way.
inline constexpr int kLost = 125;

gatehouse::Result<void> status(const gatehouse::cli::Args &args);
gatehouse::Result<void> plan(const gatehouse::cli::Args &args);
gatehouse::Result<void> run(const gatehouse::cli::Args &args);
gatehouse::Result<void> hold(const gatehouse::cli::Args &args);
gatehouse::Result<void> monitor(const gatehouse::cli::Args &args);
gatehouse::Result<void> thaw_all(const gatehouse::cli::Args &args);

} // namespace freezectl
