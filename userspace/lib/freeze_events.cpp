// SPDX-License-Identifier: GPL-2.0-or-later

#include "freeze_events.hpp"

#include <fmt/format.h>
#include <gatehouse/freezefd.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <sys/epoll.h>
#include <sys/sysmacros.h>

#include <array>
#include <utility>

namespace gatehouse {

namespace {

using Attributes = std::array<nlattr *, FREEZEFD_A_MAX + 1>;

Error failed(const char *what, int code)
{
	return Error{0, fmt::format("{}: {}", what, nl_geterror(code))};
}

// Nothing for a message that lacks a part of an event. libnl checks the lengths.
bool parse(nl_msg *message, FreezeEvent &event)
{
	Attributes found;
	std::array<nla_policy, FREEZEFD_A_MAX + 1> policy = {};

	for (const int number :
	     {FREEZEFD_A_EVENT, FREEZEFD_A_DEV_MAJOR, FREEZEFD_A_DEV_MINOR, FREEZEFD_A_LOST})
		policy[number].type = NLA_U32;
	for (const int number : {FREEZEFD_A_SEQ, FREEZEFD_A_TIME_NS, FREEZEFD_A_COOKIE})
		policy[number].type = NLA_U64;
	if (genlmsg_parse(nlmsg_hdr(message), 0, found.data(), FREEZEFD_A_MAX, policy.data()) < 0)
		return false;
	for (const int number : {FREEZEFD_A_EVENT, FREEZEFD_A_SEQ, FREEZEFD_A_TIME_NS,
				 FREEZEFD_A_DEV_MAJOR, FREEZEFD_A_DEV_MINOR})
		if (!found[number])
			return false;
	event.event = nla_get_u32(found[FREEZEFD_A_EVENT]);
	event.seq = nla_get_u64(found[FREEZEFD_A_SEQ]);
	event.time_ns = nla_get_u64(found[FREEZEFD_A_TIME_NS]);
	event.device = makedev(nla_get_u32(found[FREEZEFD_A_DEV_MAJOR]),
			       nla_get_u32(found[FREEZEFD_A_DEV_MINOR]));
	if (found[FREEZEFD_A_COOKIE])
		event.cookie = nla_get_u64(found[FREEZEFD_A_COOKIE]);
	if (found[FREEZEFD_A_LOST])
		event.lost = nla_get_u32(found[FREEZEFD_A_LOST]);
	return true;
}

// Returns 0 or what libnl says of an error.
int join(nl_sock *socket)
{
	int code = genl_connect(socket);

	if (code < 0)
		return code;
	code = genl_ctrl_resolve_grp(socket, FREEZEFD_GENL_NAME, FREEZEFD_GENL_MCGRP_EVENTS);
	if (code < 0)
		return code;
	code = nl_socket_add_membership(socket, code);
	return code < 0 ? code : nl_socket_set_nonblocking(socket);
}

} // namespace

FreezeEvents::State::~State()
{
	nl_socket_free(socket);
}

Result<FreezeEvents> FreezeEvents::open(Handler handler)
{
	auto state = std::make_unique<State>();
	const auto take = [](nl_msg *message, void *argument) -> int {
		auto *to = static_cast<State *>(argument);
		FreezeEvent event;

		if (parse(message, event) && to->handled.ok())
			to->handled = to->handler(event);
		return NL_OK;
	};

	state->socket = nl_socket_alloc();
	state->handler = std::move(handler);
	if (!state->socket)
		return failed("listen to freezefd", -NLE_NOMEM);
	// Nobody has asked for them, so they have no number of ours.
	nl_socket_disable_seq_check(state->socket);
	const int code = join(state->socket);
	if (code == -NLE_OBJ_NOTFOUND)
		return Error{0, "freezefd has no events: load its module, 'modprobe freezefd'"};
	if (code < 0)
		return failed("listen to freezefd", code);
	nl_socket_modify_cb(state->socket, NL_CB_VALID, NL_CB_CUSTOM, take, state.get());
	return FreezeEvents(std::move(state));
}

Result<EventLoop::Registration> FreezeEvents::watch_in(EventLoop &loop) const
{
	State *const state = state_.get();

	return loop.watch(nl_socket_get_fd(state->socket), EPOLLIN,
			  [state](uint32_t) -> Result<void> {
				  const int code = nl_recvmsgs_default(state->socket);
				  // Too slow: the next event's number tells how many are missed.
				  if (code < 0 && code != -NLE_AGAIN && code != -NLE_NOMEM)
					  return failed("listen to freezefd", code);
				  return std::exchange(state->handled, Result<void>());
			  });
}

} // namespace gatehouse
