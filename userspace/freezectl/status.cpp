// SPDX-License-Identifier: GPL-2.0-or-later
//
// freezectl status: each filesystem that can be frozen, and who has frozen it.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "freeze_fdinfo.hpp"
#include "freezefd.hpp"
#include "output.hpp"
#include "syscall.hpp"
#include "targets.hpp"
#include "verbs.hpp"

namespace freezectl {

using namespace gatehouse;

namespace {

struct Row {
	const Mount *mount;
	fs_freeze_query query;
	std::vector<Freezer> freezers;

	// It is frozen until its thaw is complete.
	bool is_frozen() const
	{
		return query.state == FS_FREEZE_FROZEN || query.state == FS_FREEZE_THAWING;
	}

	// By others than freeze descriptors; not all kernels count them.
	bool is_foreign() const
	{
		return query.kernel_holders || query.user_holders ||
		       (is_frozen() && !query.holders);
	}

	uint32_t remaining_ms() const
	{
		uint32_t longest = 0;

		for (const Freezer &freezer : freezers)
			longest = std::max(longest, freezer.remaining_ms);
		return longest;
	}
};

std::string state_text(uint32_t state)
{
	switch (state) {
	case FS_FREEZE_FREEZING:
		return "freezing";
	case FS_FREEZE_FROZEN:
		return "frozen";
	case FS_FREEZE_THAWING:
		return "thawing";
	default:
		return "thawed";
	}
}

std::string who_text(const Row &row)
{
	std::string text;

	for (const Freezer &freezer : row.freezers)
		text += fmt::format("{}{}({})", text.empty() ? "" : ",", freezer.comm, freezer.pid);
	return text;
}

std::vector<std::string> cells(const Row &row)
{
	const uint32_t ms = row.remaining_ms();

	return {row.mount->path,
		row.mount->type,
		state_text(row.query.state),
		fmt::format("{}", row.query.holders),
		row.is_foreign() ? "yes" : "no",
		ms ? fmt::format("{:.1f} s", ms / 1000.0) : "",
		who_text(row)};
}

output::Json json_of(const Row &row)
{
	const dev_t device = row.mount->device;
	output::Json who = output::Json::array();
	output::Json json = {{"mount", row.mount->path},
			     {"type", row.mount->type},
			     {"device", fmt::format("{}:{}", major(device), minor(device))},
			     {"state", row.is_frozen() ? "frozen" : "thawed"},
			     {"changing", row.query.state == FS_FREEZE_FREEZING ||
						  row.query.state == FS_FREEZE_THAWING},
			     {"holders", row.query.holders},
			     {"foreign", row.is_foreign()},
			     {"kernel_holders", row.query.kernel_holders},
			     {"user_holders", row.query.user_holders},
			     {"remaining_ms", nullptr}};

	if (row.remaining_ms())
		json["remaining_ms"] = row.remaining_ms();
	for (const Freezer &freezer : row.freezers)
		who.push_back({{"pid", freezer.pid},
			       {"comm", freezer.comm},
			       {"remaining_ms", freezer.remaining_ms}});
	json["who"] = std::move(who);
	return json;
}

Result<std::vector<Row>> read_rows(std::span<const Target> targets)
{
	const FreezeDevice device = TRY(FreezeDevice::open());
	auto freezers = find_freezers("");
	std::vector<Row> rows;

	for (const Target &target : targets) {
		const std::string &path = target.mount.path;
		const auto root = sys::open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
		if (!root.ok())
			continue; // unmounted meanwhile, or not ours to see
		rows.push_back({&target.mount, TRY(device.query(root.value().get(), path)),
				std::move(freezers[target.mount.device])});
	}
	return rows;
}

} // namespace

Result<void> status(const cli::Args &args)
{
	const auto targets = TRY(args.words().empty() ? all_targets() : find_targets(args.words()));
	output::Table table({"MOUNT", "TYPE", "STATE", "HOLDERS", "FOREIGN", "REMAINING", "WHO"});
	output::Json array = output::Json::array();

	for (const Row &row : TRY(read_rows(targets))) {
		table.add(cells(row));
		array.push_back(json_of(row));
	}
	return args.flag("--json") ? output::json(array) : output::text(table.format());
}

} // namespace freezectl
