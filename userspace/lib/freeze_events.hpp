// SPDX-License-Identifier: GPL-2.0-or-later
//
// FreezeEvents: what the module freezefd multicasts by generic netlink. Used from
// the thread of its event loop.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>

#include "event_loop.hpp"
#include "result.hpp"

struct nl_sock;

namespace gatehouse {

// As struct fs_freeze_event of <gatehouse/freezefd.h>.
struct FreezeEvent {
	uint32_t event = 0;
	uint64_t seq = 0;
	uint64_t time_ns = 0;
	uint64_t cookie = 0;
	dev_t device = 0;
	uint32_t lost = 0;
};

class FreezeEvents
{
public:
	using Handler = std::function<Result<void>(const FreezeEvent &event)>;

	// Joins the group; events from here on go to the handler.
	static Result<FreezeEvents> open(Handler handler);

	// Calls the handler from this loop. It must not outlive the FreezeEvents.
	Result<EventLoop::Registration> watch_in(EventLoop &loop) const;

private:
	struct State {
		nl_sock *socket = nullptr;
		Handler handler;
		Result<void> handled; // by the handler

		~State();
	};

	explicit FreezeEvents(std::unique_ptr<State> state) : state_(std::move(state)) {}

	std::unique_ptr<State> state_; // has an address of its own: libnl calls back
};

} // namespace gatehouse
