/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The readiness of a port in each of its sixteen states: one row a state, for
 * CMocka and KUnit alike. Needs errno, the EPOLL bits and port_state.h before
 * it.
 */
#ifndef VSER_PORT_STATE_CASES_H
#define VSER_PORT_STATE_CASES_H

#define VSER_CASE_IN (EPOLLIN | EPOLLRDNORM)
#define VSER_CASE_OUT (EPOLLOUT | EPOLLWRNORM)
#define VSER_CASE_GONE (EPOLLHUP | EPOLLERR)

/**
 * struct vser_port_state_case - a state, and what it means
 * @what: the state in words
 * @state: alive, host_open, has_data, has_space
 * @read: what a read would meet
 * @write: what a write would meet
 * @poll: what poll() reports
 */
struct vser_port_state_case {
	const char *what;
	struct vser_port_state state;
	int read;
	int write;
	__poll_t poll;
};

static const struct vser_port_state_case vser_port_state_cases[] = {
	/* Unplugged: what arrived can still be read. */
	{ "unplugged", { 0, 0, 0, 0 }, -ENODEV, -ENODEV, VSER_CASE_GONE },
	{ "unplugged, space", { 0, 0, 0, 1 }, -ENODEV, -ENODEV, VSER_CASE_GONE },
	{ "unplugged, data", { 0, 0, 1, 0 }, 1, -ENODEV,
	  VSER_CASE_IN | VSER_CASE_GONE },
	{ "unplugged, data, space", { 0, 0, 1, 1 }, 1, -ENODEV,
	  VSER_CASE_IN | VSER_CASE_GONE },
	/* Unplugged while the host was connected: no different. */
	{ "unplugged, host", { 0, 1, 0, 0 }, -ENODEV, -ENODEV, VSER_CASE_GONE },
	{ "unplugged, host, space", { 0, 1, 0, 1 }, -ENODEV, -ENODEV,
	  VSER_CASE_GONE },
	{ "unplugged, host, data", { 0, 1, 1, 0 }, 1, -ENODEV,
	  VSER_CASE_IN | VSER_CASE_GONE },
	{ "unplugged, host, data, space", { 0, 1, 1, 1 }, 1, -ENODEV,
	  VSER_CASE_IN | VSER_CASE_GONE },
	/* The host is away: end of file after the data, writes wait. */
	{ "away", { 1, 0, 0, 0 }, 0, -EAGAIN, VSER_CASE_IN | EPOLLHUP },
	{ "away, space", { 1, 0, 0, 1 }, 0, -EAGAIN, VSER_CASE_IN | EPOLLHUP },
	{ "away, data", { 1, 0, 1, 0 }, 1, -EAGAIN, VSER_CASE_IN | EPOLLHUP },
	{ "away, data, space", { 1, 0, 1, 1 }, 1, -EAGAIN,
	  VSER_CASE_IN | EPOLLHUP },
	/* Connected. */
	{ "connected", { 1, 1, 0, 0 }, -EAGAIN, -EAGAIN, 0 },
	{ "connected, space", { 1, 1, 0, 1 }, -EAGAIN, 1, VSER_CASE_OUT },
	{ "connected, data", { 1, 1, 1, 0 }, 1, -EAGAIN, VSER_CASE_IN },
	{ "connected, data, space", { 1, 1, 1, 1 }, 1, 1,
	  VSER_CASE_IN | VSER_CASE_OUT },
};

#endif /* VSER_PORT_STATE_CASES_H */
