// SPDX-License-Identifier: GPL-2.0-or-later
//
// freezectl plan: what run would freeze, first to last. Needs no privileges and
// no module.

#include <string>

#include "output.hpp"
#include "targets.hpp"
#include "verbs.hpp"

namespace freezectl {

using namespace gatehouse;

Result<void> plan(const cli::Args &args)
{
	const auto targets = TRY(args.words().empty() ? all_targets() : find_targets(args.words()));
	output::Json array = output::Json::array();
	std::string lines;

	for (const Target &target : targets) {
		lines += target.mount.path + "\n";
		array.push_back({{"mount", target.mount.path},
				 {"type", target.mount.type},
				 {"level", target.level}});
	}
	return args.flag("--json") ? output::json(array) : output::text(lines);
}

} // namespace freezectl
