/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of received buffers, and how many are posted, for CMocka and
 * KUnit alike. Needs rx_rules.h before it.
 */
#ifndef VSER_RX_RULES_CASES_H
#define VSER_RX_RULES_CASES_H

/* Bytes that fit into a buffer here. */
#define VSER_CASE_SIZE 4096

/**
 * struct vser_rx_fate_case - a buffer that comes back
 * @what: the case in a sentence
 * @opened: whether the port is open
 * @len: what the device says it has written
 * @fate: what becomes of it
 */
struct vser_rx_fate_case {
	const char *what;
	bool opened;
	u32 len;
	enum vser_rx_fate fate;
};

static const struct vser_rx_fate_case vser_rx_fate_cases[] = {
	{ "a byte", true, 1, VSER_RX_DATA },
	{ "a full buffer", true, VSER_CASE_SIZE, VSER_RX_DATA },
	{ "one byte beyond its end", true, VSER_CASE_SIZE + 1, VSER_RX_AGAIN },
	{ "the largest length of all", true, 0xffffffff, VSER_RX_AGAIN },
	{ "nothing", true, 0, VSER_RX_AGAIN },
	{ "a byte for nobody", false, 1, VSER_RX_FREE },
	{ "a full buffer for nobody", false, VSER_CASE_SIZE, VSER_RX_FREE },
	{ "too much for nobody", false, VSER_CASE_SIZE + 1, VSER_RX_FREE },
	{ "nothing for nobody", false, 0, VSER_RX_FREE },
};

/**
 * struct vser_rx_missing_case - a port that is opened
 * @what: the case in a sentence
 * @posted: buffers that the device has
 * @most: buffers it may have of the port
 * @ring: buffers that fit into its ring
 * @missing: buffers to post
 */
struct vser_rx_missing_case {
	const char *what;
	unsigned int posted;
	unsigned int most;
	unsigned int ring;
	unsigned int missing;
};

static const struct vser_rx_missing_case vser_rx_missing_cases[] = {
	{ "the first open gives them all", 0, VSER_RX_BUFS, 256, VSER_RX_BUFS },
	{ "a ring that just has room", 0, VSER_RX_BUFS, VSER_RX_BUFS,
	  VSER_RX_BUFS },
	{ "a ring without room for the last", 0, VSER_RX_BUFS, VSER_RX_BUFS - 1,
	  VSER_RX_BUFS - 1 },
	{ "a ring of one", 0, VSER_RX_BUFS, 1, 1 },
	{ "a limit", 0, 16, 128, 16 },
	{ "a limit that has been lowered", 17, 16, 128, 0 },
	{ "those of an earlier open count", VSER_RX_BUFS - 3, VSER_RX_BUFS, 256,
	  3 },
	{ "all are still there", VSER_RX_BUFS, VSER_RX_BUFS, 256, 0 },
	{ "more than all are still there", VSER_RX_BUFS + 1, VSER_RX_BUFS, 256,
	  0 },
	{ "a small ring is full", 16, VSER_RX_BUFS, 16, 0 },
};

#endif /* VSER_RX_RULES_CASES_H */
