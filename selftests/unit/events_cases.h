/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program is told of a port's events, for CMocka and KUnit alike. Needs
 * the EPOLL bits, gatehouse/virtio_serial.h and events.h before it.
 *
 * A story is one letter a step: d data, s space, c connect, x disconnect,
 * u unplug; f fetches, p peeks, q stops asking, r opens anew.
 */
#ifndef VSER_EVENTS_CASES_H
#define VSER_EVENTS_CASES_H

#define VSER_CASE_PRI EPOLLPRI
#define VSER_CASE_LEFT (EPOLLPRI | EPOLLRDHUP)

/**
 * struct vser_events_case - a story and how it ends
 * @what: the case in a sentence
 * @story: the steps
 * @causes: what the next fetch would tell
 * @last: the same
 * @generation: the same
 * @poll: what poll() adds
 */
struct vser_events_case {
	const char *what;
	const char *story;
	u32 causes;
	u32 last;
	u64 generation;
	__poll_t poll;
};

static const struct vser_events_case vser_events_cases[] = {
	{ "nothing at first", "", 0, 0, 0, 0 },
	{ "who does not ask sees no bits", "cxu",
	  VSER_EVENT_CONNECT | VSER_EVENT_DISCONNECT | VSER_EVENT_UNPLUG,
	  VSER_EVENT_UNPLUG, 1, 0 },
	{ "who asks is told of a connect", "fc", VSER_EVENT_CONNECT,
	  VSER_EVENT_CONNECT, 1, VSER_CASE_PRI },
	{ "of a disconnect as the worse of two", "fcx",
	  VSER_EVENT_CONNECT | VSER_EVENT_DISCONNECT, VSER_EVENT_DISCONNECT, 1,
	  VSER_CASE_LEFT },
	{ "also when the host has returned", "cfxc",
	  VSER_EVENT_CONNECT | VSER_EVENT_DISCONNECT, VSER_EVENT_CONNECT, 2,
	  VSER_CASE_LEFT },
	{ "of an unplug", "fu", VSER_EVENT_UNPLUG, VSER_EVENT_UNPLUG, 0,
	  VSER_CASE_LEFT },
	{ "data and space have bits of their own", "fds",
	  VSER_EVENT_DATA | VSER_EVENT_SPACE, VSER_EVENT_SPACE, 0, 0 },
	{ "a fetch forgets the causes, not the rest", "fcxdf", 0,
	  VSER_EVENT_DATA, 1, 0 },
	{ "what comes after a fetch is new", "fcfx", VSER_EVENT_DISCONNECT,
	  VSER_EVENT_DISCONNECT, 1, VSER_CASE_LEFT },
	{ "a look forgets nothing", "fcp", VSER_EVENT_CONNECT,
	  VSER_EVENT_CONNECT, 1, VSER_CASE_PRI },
	{ "and asks for nothing", "pc", VSER_EVENT_CONNECT, VSER_EVENT_CONNECT,
	  1, 0 },
	{ "who stops asking sees no bits", "fqc", VSER_EVENT_CONNECT,
	  VSER_EVENT_CONNECT, 1, 0 },
	{ "and has fetched by it", "fcq", 0, VSER_EVENT_CONNECT, 1, 0 },
	{ "and may ask again", "fqfc", VSER_EVENT_CONNECT, VSER_EVENT_CONNECT,
	  1, VSER_CASE_PRI },
	{ "the next program begins anew, but for the generation", "fcxcr", 0,
	  0, 2, 0 },
};

/* Tells the story to a new port. */
static struct vser_events vser_events_after(const char *story)
{
	struct vser_events e = { 0 };

	for (; *story; story++) {
		switch (*story) {
		case 'd':
			vser_events_note(&e, VSER_EVENT_DATA);
			break;
		case 's':
			vser_events_note(&e, VSER_EVENT_SPACE);
			break;
		case 'c':
			vser_events_note(&e, VSER_EVENT_CONNECT);
			break;
		case 'x':
			vser_events_note(&e, VSER_EVENT_DISCONNECT);
			break;
		case 'u':
			vser_events_note(&e, VSER_EVENT_UNPLUG);
			break;
		case 'f':
			vser_events_fetched(&e, 0, e.causes);
			break;
		case 'p':
			vser_events_fetched(&e, VSER_EVENTS_PEEK, e.causes);
			break;
		case 'q':
			vser_events_fetched(&e, VSER_EVENTS_STOP, e.causes);
			break;
		case 'r':
			vser_events_reset(&e);
			break;
		}
	}
	return e;
}

#endif /* VSER_EVENTS_CASES_H */
