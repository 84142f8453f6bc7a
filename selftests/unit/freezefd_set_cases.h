/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of a set, for CMocka and KUnit alike. Needs gatehouse/freezefd.h,
 * linux/errno.h and set.h before it.
 *
 * A story is told in letters, of members a, b, c with the levels that the row
 * gives ("012": ascending, "000": one level; a capital letter of `optional` is
 * an optional member):
 *
 *	(  the set starts        )  its owner stops it      !  its time is over
 *	F  it is stopped by force
 *	a  what was asked of a is done: it is frozen, or thawed
 *	-a a's freeze fails      +a a's freeze can't be done (EOPNOTSUPP)
 *	*a somebody else thaws a
 *
 * After each step, all that the set asks for is asked for. What is left to be
 * done is told member by member: . idle, f freezing, F frozen, t thawing,
 * x abandoned, o left out.
 */
#ifndef FREEZEFD_SET_CASES_H
#define FREEZEFD_SET_CASES_H

#define FREEZEFD_CASE_MEMBERS 3

/**
 * struct freezefd_set_case - a story and how it ends
 * @what: the case in a sentence
 * @levels: a digit a member
 * @story: the steps
 * @members: how the members end
 * @state: how the set ends
 * @lost: FS_FREEZE_LOST_*
 * @error: of the set
 */
struct freezefd_set_case {
	const char *what;
	const char *levels;
	const char *story;
	const char *members;
	u32 state;
	u32 lost;
	int error;
};

static const struct freezefd_set_case freezefd_set_cases[] = {
	{ "one level is asked at once", "000", "(", "fff", FS_FREEZE_FREEZING, 0, 0 },
	{ "and is frozen in any order", "000", "(cab", "FFF", FS_FREEZE_FROZEN, 0, 0 },
	{ "a level waits for the one below", "012", "(", "f..", FS_FREEZE_FREEZING, 0, 0 },
	{ "and comes after it", "012", "(a", "Ff.", FS_FREEZE_FREEZING, 0, 0 },
	{ "the lowest is first, wherever it stands", "210", "(", "..f",
	  FS_FREEZE_FREEZING, 0, 0 },
	{ "levels may have gaps", "190", "(ca", "FfF", FS_FREEZE_FREEZING, 0, 0 },
	{ "all levels are frozen in the end", "012", "(abc", "FFF",
	  FS_FREEZE_FROZEN, 0, 0 },
	{ "the highest thaws first", "012", "(abc)", "FFt", FS_FREEZE_THAWING, 0, 0 },
	{ "then the next", "012", "(abc)c", "Ft.", FS_FREEZE_THAWING, 0, 0 },
	{ "all are thawed in the end", "012", "(abc)cba", "...",
	  FS_FREEZE_THAWED, 0, 0 },
	{ "one level thaws at once", "000", "(abc)", "ttt", FS_FREEZE_THAWING, 0, 0 },
	{ "a slow one of a level holds up the next", "011", "(abc)b", "F.t",
	  FS_FREEZE_THAWING, 0, 0 },
	{ "a second stop changes nothing", "012", "(abc))", "FFt",
	  FS_FREEZE_THAWING, 0, 0 },
	{ "what was not frozen is not thawed", "012", "(ab)", "Ftx",
	  FS_FREEZE_THAWING, 0, 0 },
	{ "a freeze under way is given up without waiting for it", "01-", "(a)",
	  "tx.", FS_FREEZE_THAWING, 0, 0 },
	{ "but the set is thawed only after it", "01-", "(a)a", ".x.",
	  FS_FREEZE_THAWING, 0, 0 },
	{ "by its thaw", "01-", "(a)ab", "...", FS_FREEZE_THAWED, 0, 0 },
	{ "or by its failure", "01-", "(a)a-b", "...", FS_FREEZE_THAWED, 0, 0 },
	{ "which is no error then", "0--", "()-a", "...", FS_FREEZE_THAWED, 0, 0 },
	{ "the deadline ends a freeze", "012", "(abc!", "FFt",
	  FS_FREEZE_THAWING, FS_FREEZE_LOST_TIMEOUT, 0 },
	{ "also one that has not come about", "000", "(ab!", "ttx",
	  FS_FREEZE_THAWING, FS_FREEZE_LOST_TIMEOUT, 0 },
	{ "a thaw that takes too long loses its order", "012", "(abc)!", "ttt",
	  FS_FREEZE_THAWING, 0, 0 },
	{ "after the deadline, too", "012", "(abc!!", "ttt", FS_FREEZE_THAWING,
	  FS_FREEZE_LOST_TIMEOUT, 0 },
	{ "and may end in any order", "012", "(abc)!abc", "...",
	  FS_FREEZE_THAWED, 0, 0 },
	{ "a thawed set has no deadline", "000", "!", "...", FS_FREEZE_THAWED, 0, 0 },
	{ "a deadline that was met does not come late", "0--", "(a)a!", "...",
	  FS_FREEZE_THAWED, 0, 0 },
	{ "force ends a freeze", "000", "(abcF", "ttt", FS_FREEZE_THAWING,
	  FS_FREEZE_LOST_FORCED, 0 },
	{ "force after the stop is no loss", "000", "(abc)F", "ttt",
	  FS_FREEZE_THAWING, 0, 0 },
	{ "one failure thaws the others of its level", "000", "(a-b", "t.x",
	  FS_FREEZE_THAWING, 0, -EIO },
	{ "and those below", "012", "(ab-c", "Ft.", FS_FREEZE_THAWING, 0, -EIO },
	{ "the first failure is told", "000", "(-a+b", "..x", FS_FREEZE_THAWING,
	  0, -EIO },
	{ "a failure of a lone member is the end", "0--", "(-a", "...",
	  FS_FREEZE_THAWED, 0, -EIO },
	{ "what can't be frozen fails the set", "000", "(+a", ".xx",
	  FS_FREEZE_THAWING, 0, -EOPNOTSUPP },
	{ "unless it is optional", "O00", "(+abc", "oFF", FS_FREEZE_FROZEN, 0, 0 },
	{ "which other failures of it do", "O00", "(-a", ".xx",
	  FS_FREEZE_THAWING, 0, -EIO },
	{ "what is left out is not thawed", "O00", "(+abc)bc", "o..",
	  FS_FREEZE_THAWED, 0, 0 },
	{ "nor does it hold up a level", "O12", "(+a", "of.",
	  FS_FREEZE_FREEZING, 0, 0 },
	{ "it is tried again", "O00", "(+abc)bc(", "fff", FS_FREEZE_FREEZING, 0, 0 },
	{ "a set may be all left out", "O--", "(+a", "o..", FS_FREEZE_FROZEN, 0, 0 },
	{ "a theft thaws the rest", "000", "(abc*b", "t.t", FS_FREEZE_THAWING,
	  FS_FREEZE_LOST_FOREIGN, 0 },
	{ "in order", "012", "(abc*a", ".Ft", FS_FREEZE_THAWING,
	  FS_FREEZE_LOST_FOREIGN, 0 },
	{ "a theft while freezing gives up the rest", "011", "(a*a", ".xx",
	  FS_FREEZE_THAWING, FS_FREEZE_LOST_FOREIGN, 0 },
	{ "the first cause is told", "012", "(abc*aF!", ".tt",
	  FS_FREEZE_THAWING, FS_FREEZE_LOST_FOREIGN, 0 },
	{ "a new start forgets", "0--", "(a!a(", "f..", FS_FREEZE_FREEZING, 0, 0 },
	{ "a set that is not thawed does not start", "000", "(abc(", "FFF",
	  FS_FREEZE_FROZEN, 0, 0 },
	{ "nor while it thaws", "000", "(abc)(", "ttt", FS_FREEZE_THAWING, 0, 0 },
};

/* What a story is told to. */
struct freezefd_set_told {
	struct freezefd_set set;
	struct freezefd_member members[FREEZEFD_CASE_MEMBERS];
	char states[FREEZEFD_CASE_MEMBERS + 1];
};

static void freezefd_set_begin(struct freezefd_set_told *told, const char *levels)
{
	u32 i;

	*told = (struct freezefd_set_told){ .set.members = told->members };
	for (i = 0; i < FREEZEFD_CASE_MEMBERS && levels[i] != '-'; i++) {
		told->members[i].optional = levels[i] == 'O';
		told->members[i].level =
			told->members[i].optional ? 0 : (u32)(levels[i] - '0');
	}
	told->set.nr = i;
}

static void freezefd_set_answer(struct freezefd_set *set, char kind, u32 i)
{
	switch (kind) {
	case '-':
		freezefd_set_failed(set, i, -EIO);
		break;
	case '+':
		freezefd_set_failed(set, i, -EOPNOTSUPP);
		break;
	case '*':
		freezefd_set_robbed(set, i);
		break;
	default:
		if (set->members[i].state == FREEZEFD_FREEZING)
			freezefd_set_frozen(set, i);
		else
			freezefd_set_thawed(set, i);
	}
}

/* One step of the story; how many letters it has. */
static u32 freezefd_set_tell(struct freezefd_set *set, const char *step)
{
	switch (*step) {
	case '(':
		freezefd_set_start(set);
		return 1;
	case ')':
		freezefd_set_stop(set, 0);
		return 1;
	case 'F':
		freezefd_set_stop(set, FS_FREEZE_LOST_FORCED);
		return 1;
	case '!':
		freezefd_set_expire(set);
		return 1;
	case '-':
	case '+':
	case '*':
		freezefd_set_answer(set, *step, (u32)(step[1] - 'a'));
		return 2;
	default:
		freezefd_set_answer(set, ' ', (u32)(*step - 'a'));
		return 1;
	}
}

/* Tells a row's story; the members' ends are in @told. */
static void freezefd_set_after(struct freezefd_set_told *told,
			       const struct freezefd_set_case *row)
{
	static const char letters[] = {
		[FREEZEFD_IDLE] = '.',	  [FREEZEFD_FREEZING] = 'f',
		[FREEZEFD_FROZEN] = 'F',  [FREEZEFD_THAWING] = 't',
		[FREEZEFD_ABANDONED] = 'x', [FREEZEFD_LEFT_OUT] = 'o',
	};
	const char *step = row->story;
	u32 i;

	freezefd_set_begin(told, row->levels);
	while (*step) {
		step += freezefd_set_tell(&told->set, step);
		do {
			for (i = 0; i < told->set.nr; i++)
				freezefd_set_ask(&told->set, i);
		} while (freezefd_set_step(&told->set));
	}
	for (i = 0; i < FREEZEFD_CASE_MEMBERS; i++)
		told->states[i] = letters[told->members[i].state];
}

#endif /* FREEZEFD_SET_CASES_H */
