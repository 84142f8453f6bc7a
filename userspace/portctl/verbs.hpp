// SPDX-License-Identifier: GPL-2.0-or-later
//
// The verbs of portctl, one a file, and what they share.

#pragma once

#include <string>

#include "cli.hpp"
#include "ports.hpp"

namespace portctl {

// Where sys, dev and proc are looked for: $PORTCTL_ROOT, or "" for the machine.
std::string system_root();

gatehouse::Result<void> list(const gatehouse::cli::Args &args);
gatehouse::Result<void> info(const gatehouse::cli::Args &args);
gatehouse::Result<void> cat(const gatehouse::cli::Args &args);
gatehouse::Result<void> send(const gatehouse::cli::Args &args);
gatehouse::Result<void> exec(const gatehouse::cli::Args &args);
gatehouse::Result<void> forward(const gatehouse::cli::Args &args);
gatehouse::Result<void> bench(const gatehouse::cli::Args &args);
gatehouse::Result<void> watch(const gatehouse::cli::Args &args);
gatehouse::Result<void> wait(const gatehouse::cli::Args &args);
gatehouse::Result<void> takeover(const gatehouse::cli::Args &args);
gatehouse::Result<void> giveback(const gatehouse::cli::Args &args);

} // namespace portctl
