/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the host is told of a port's comings and goings, for CMocka and KUnit
 * alike. Needs ctrl_owed.h and virtio_console.h before it.
 *
 * A story is one letter a step: o the guest opens the port, c closes it; r it is
 * set up, x it can't be; s the oldest message that is owed is sent; a the host
 * forgets all. At the end all are sent. Messages are the same letters as capitals.
 */
#ifndef VSER_CTRL_OWED_CASES_H
#define VSER_CTRL_OWED_CASES_H

/**
 * struct vser_ctrl_owed_case - a story and what the host hears of it
 * @what: the case in a sentence
 * @story: the steps
 * @sent: the messages
 */
struct vser_ctrl_owed_case {
	const char *what;
	const char *story;
	const char *sent;
};

static const struct vser_ctrl_owed_case vser_ctrl_owed_cases[] = {
	{ "nothing happens", "", "" },
	{ "the guest opens", "o", "O" },
	{ "the guest has opened and closed", "oc", "OC" },
	{ "and opened again", "oco", "O" },
	{ "and closed again", "ococ", "OC" },
	{ "the host knows of the open", "osc", "OC" },
	{ "a close with an open after it is told", "osco", "OCO" },
	{ "a further close replaces both", "oscoc", "OC" },
	{ "as often as one likes", "oscocococ", "OC" },
	{ "the host hears each of them", "oscsoscs", "OCOC" },
	{ "the host knows the first of two", "ocso", "OCO" },
	{ "and hears of the last only", "ocsoc", "OC" },
	{ "a port is set up", "r", "R" },
	{ "a port can't be set up", "x", "X" },
	{ "the host hears it once", "rr", "R" },
	{ "it can't be after all", "rx", "X" },
	{ "it can be after all", "xr", "R" },
	{ "it is asked for again", "rsr", "RR" },
	{ "set up comes before open", "or", "RO" },
	{ "between an open and a close, too", "ocsr", "ORC" },
	{ "a host that forgets has heard nothing", "rsa", "R" },
	{ "it hears of the port before the open", "rsosa", "RO" },
	{ "and then of the open again", "rsosar", "RORO" },
	{ "also when it has not heard of it at all", "oar", "RO" },
	{ "but not when the guest has closed since", "oscar", "OR" },
	{ "a close right after it is told", "osacr", "OROC" },
	{ "what was not sent is forgotten, too", "ra", "" },
	{ "it may forget again", "osaar", "ORO" },
};

/* Messages of one story, and a NUL. */
struct vser_ctrl_owed_sent {
	char text[32];
	unsigned int len;
};

/* Sends the message that is owed next, if one is. */
static bool vser_ctrl_owed_send(struct vser_ctrl_owed *owed,
				struct vser_ctrl_owed_sent *sent)
{
	u16 event, value;

	if (!vser_ctrl_owes(owed) || sent->len == sizeof(sent->text) - 1)
		return false;
	event = vser_ctrl_pay(owed, &value);
	if (event == VIRTIO_CONSOLE_PORT_READY)
		sent->text[sent->len++] = value ? 'R' : 'X';
	else if (event == VIRTIO_CONSOLE_PORT_OPEN)
		sent->text[sent->len++] = value ? 'O' : 'C';
	else
		sent->text[sent->len++] = '?';
	return true;
}

static struct vser_ctrl_owed_sent vser_ctrl_owed_tell(const char *story)
{
	struct vser_ctrl_owed_sent sent = { .len = 0 };
	struct vser_ctrl_owed owed = { 0 };

	for (; *story; story++) {
		if (*story == 's')
			vser_ctrl_owed_send(&owed, &sent);
		else if (*story == 'r' || *story == 'x')
			vser_ctrl_owe_ready(&owed, *story == 'r');
		else if (*story == 'a')
			vser_ctrl_owe_anew(&owed);
		else
			vser_ctrl_owe_open(&owed, *story == 'o');
	}
	while (vser_ctrl_owed_send(&owed, &sent))
		;
	return sent;
}

/* Steps of the stories below; 2^12 of them. */
#define VSER_CASE_STEPS 12

/*
 * The story of @bits: a set one is an open or a close, in turns, another sends.
 * True if the host hears opens and closes in turns, too, and last the last.
 */
static bool vser_ctrl_owed_is_well_told(unsigned int bits)
{
	char story[VSER_CASE_STEPS + 1] = "";
	struct vser_ctrl_owed_sent sent;
	bool open = false;
	unsigned int i;

	for (i = 0; i < VSER_CASE_STEPS; i++) {
		bool is_turn = bits >> i & 1;

		open ^= is_turn;
		story[i] = !is_turn ? 's' : open ? 'o' : 'c';
	}
	sent = vser_ctrl_owed_tell(story);
	for (i = 0; i < sent.len; i++) {
		if (sent.text[i] != (i % 2 ? 'C' : 'O'))
			return false;
	}
	return sent.len % 2 == open && !sent.len == !bits;
}

#endif /* VSER_CTRL_OWED_CASES_H */
