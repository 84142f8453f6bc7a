// SPDX-License-Identifier: GPL-2.0-or-later
//
// Transport: how hosts come: over a named port, which is there for as long as the
// device is, or as clients of a unix socket, one after the other.

#pragma once

#include <memory>

#include "connection.hpp"
#include "options.hpp"

namespace agent {

class Transport
{
public:
	virtual ~Transport() = default;

	// Opens what the options say; everything else happens in the loop.
	static gatehouse::Result<std::unique_ptr<Transport>>
	create(gatehouse::EventLoop &loop, Agent &agent, const Options &options);
};

} // namespace agent
