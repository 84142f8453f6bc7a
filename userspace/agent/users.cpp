// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-get-users: who is logged in, each once, since when. From utmp, which
// programs write as they like: lengths come from the format, not from a NUL.

#include <fcntl.h>
#include <utmp.h>

#include <cstring>
#include <map>

#include "file.hpp"
#include "handlers.hpp"

namespace agent {

using namespace gatehouse;

Result<Json> users(Agent &agent, const Json &)
{
	std::map<std::string, double> since;
	Json list = Json::array();
	const auto records = read_file(agent.path(_PATH_UTMP));

	if (!records.ok() && !records.failed_with(ENOENT))
		return records.error();
	const std::string text = records.ok() ? records.value() : "";
	for (size_t at = 0; at + sizeof(utmp) <= text.size(); at += sizeof(utmp)) {
		utmp record;
		memcpy(&record, text.data() + at, sizeof(record));
		if (record.ut_type != USER_PROCESS)
			continue;
		const std::string user(record.ut_user,
				       strnlen(record.ut_user, sizeof(record.ut_user)));
		const double login = record.ut_tv.tv_sec + record.ut_tv.tv_usec / 1e6;
		const auto [first, is_new] = since.emplace(user, login);
		first->second = std::min(first->second, login);
	}
	for (const auto &[user, login] : since)
		list.push_back({{"user", user}, {"login-time", login}});
	return list;
}

} // namespace agent
