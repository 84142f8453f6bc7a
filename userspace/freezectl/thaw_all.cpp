// SPDX-License-Identifier: GPL-2.0-or-later
//
// freezectl thaw-all: the way out when a holder does not let go in time.

#include "freezefd.hpp"
#include "verbs.hpp"

namespace freezectl {

using namespace gatehouse;

Result<void> thaw_all(const cli::Args &)
{
	const FreezeDevice device = TRY(FreezeDevice::open());

	return device.thaw_all();
}

} // namespace freezectl
