// SPDX-License-Identifier: GPL-2.0-or-later

#include "holders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>

#include "file.hpp"
#include "output.hpp"
#include "syscall.hpp"

namespace gatehouse {

std::string Holder::text() const
{
	return fmt::format("{} (pid {})", output::escape(comm), pid);
}

Result<DeviceKey> device_key(const std::string &path)
{
	const auto status = TRY(sys::stat(path));

	if (S_ISCHR(status.st_mode))
		return DeviceKey{status.st_rdev, 0};
	return DeviceKey{status.st_dev, status.st_ino};
}

static bool is_number(const std::string &name)
{
	return std::all_of(name.begin(), name.end(), [](unsigned char c) { return isdigit(c); });
}

// By number: 99 comes before 103.
static std::set<pid_t> list_processes(const std::string &proc)
{
	std::set<pid_t> pids;
	const auto names = sys::list_directory(proc);

	if (!names.ok())
		return pids;
	for (const std::string &name : names.value())
		if (is_number(name))
			pids.insert(atoi(name.c_str()));
	return pids;
}

void for_each_descriptor(
	const std::string &proc,
	const std::function<void(const Holder &process, const std::string &fd)> &visit)
{
	for (const pid_t pid : list_processes(proc)) {
		const std::string process = fmt::format("{}/{}", proc, pid);
		const auto fds = sys::list_directory(process + "/fd");
		if (!fds.ok())
			continue;
		auto comm = read_file(process + "/comm");
		const Holder holder{pid, comm.ok() ? comm.take() : "?"};
		for (const std::string &fd : fds.value())
			visit(holder, fd);
	}
}

std::map<DeviceKey, Holder> find_holders(const std::string &proc)
{
	std::map<DeviceKey, Holder> holders;

	for_each_descriptor(proc, [&](const Holder &process, const std::string &fd) {
		const auto key = device_key(fmt::format("{}/{}/fd/{}", proc, process.pid, fd));
		if (key.ok())
			holders.emplace(key.value(), process);
	});
	return holders;
}

} // namespace gatehouse
