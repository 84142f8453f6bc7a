/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What counts as under way to the host, for CMocka and KUnit alike. Needs
 * tx_window.h before it.
 *
 * A story is one letter a step: p posts a buffer, a digit is the number of one
 * that comes back, g gives up all that are under way.
 */
#ifndef VSER_TX_WINDOW_CASES_H
#define VSER_TX_WINDOW_CASES_H

/**
 * struct vser_tx_window_case - a story and how it ends
 * @what: the case in a sentence
 * @story: the steps
 * @in_flight: buffers under way at the end
 */
struct vser_tx_window_case {
	const char *what;
	const char *story;
	unsigned int in_flight;
};

static const struct vser_tx_window_case vser_tx_window_cases[] = {
	{ "nothing is under way at first", "", 0 },
	{ "what is posted is under way", "ppp", 3 },
	{ "what came back is not", "p1", 0 },
	{ "they come back one by one", "ppp12", 1 },
	{ "a new one after the last came back", "p1p", 1 },
	{ "one that comes back settles those before it", "ppp2", 1 },
	{ "the last settles all", "ppp3", 0 },
	{ "one that was passed over is welcome", "ppp31", 0 },
	{ "it counts once, however late it comes", "ppp2p1", 2 },
	{ "nothing is under way after giving up", "ppg", 0 },
	{ "giving up nothing changes nothing", "g", 0 },
	{ "a second time neither", "ppgg", 0 },
	{ "new ones count after giving up", "ppgp", 1 },
	{ "one given up comes back all the same", "ppg1", 0 },
	{ "and does not settle a new one", "ppgp2", 1 },
	{ "which settles itself", "ppgp23", 0 },
};

/* Buffers under way, ring and room, and whether one more may be posted. */
struct vser_tx_window_limit {
	const char *what;
	unsigned int in_flight;
	unsigned int most;
	unsigned int held;
	unsigned int free;
	bool open;
};

static const struct vser_tx_window_limit vser_tx_window_limits[] = {
	{ "an idle queue", 0, VSER_TX_BUFS, 0, 128, true },
	{ "one below the most of a port", VSER_TX_BUFS - 1, VSER_TX_BUFS,
	  VSER_TX_BUFS - 1, 100, true },
	{ "the most of a port", VSER_TX_BUFS, VSER_TX_BUFS, VSER_TX_BUFS, 100,
	  false },
	{ "one below its limit", 2, 3, 2, 100, true },
	{ "its limit", 3, 3, 3, 100, false },
	{ "more than a limit that has been lowered", 4, 3, 4, 100, false },
	{ "one below the most the device may sit on", 0, VSER_TX_BUFS,
	  VSER_TX_HELD - 1, 100, true },
	{ "the most the device may sit on", 0, VSER_TX_BUFS, VSER_TX_HELD, 100,
	  false },
	{ "more than that", 0, VSER_TX_BUFS, VSER_TX_HELD + 1, 100, false },
	{ "the last descriptor", 0, VSER_TX_BUFS, 7, 1, true },
	{ "a full ring", 0, VSER_TX_BUFS, 8, 0, false },
	{ "a ring without a descriptor", 0, VSER_TX_BUFS, 0, 0, false },
};

/* Tells the story to an empty window. */
static struct vser_tx_window vser_tx_window_after(const char *story)
{
	struct vser_tx_window w = { 0 };

	for (; *story; story++) {
		if (*story == 'p')
			vser_tx_window_post(&w);
		else if (*story == 'g')
			vser_tx_window_give_up(&w);
		else
			vser_tx_window_settle(&w, *story - '0');
	}
	return w;
}

/* Whether of the buffers that were ever posted as many are under way. */
static bool vser_tx_window_has_only(const struct vser_tx_window *w,
				    unsigned int in_flight)
{
	u64 nr;

	for (nr = 1; nr <= w->posted; nr++)
		in_flight -= vser_tx_window_has(w, nr);
	return !in_flight;
}

#endif /* VSER_TX_WINDOW_CASES_H */
