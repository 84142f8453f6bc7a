// SPDX-License-Identifier: GPL-2.0-or-later

#include "signals.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <fstream>
#include <sstream>
#include <string>

namespace gatehouse::bench {

namespace {

constexpr const char *kInterrupts = "/proc/interrupts";
constexpr const char *kProbes = "/sys/kernel/tracing/kprobe_profile";

// "virtio2" for /dev/vport2p1.
std::string device_of(std::string_view node)
{
	unsigned int number = 0;

	sscanf(std::string(node).c_str(), "/dev/vport%u", &number);
	return fmt::format("virtio{}", number);
}

// The line's last word is the interrupt's name: virtio2-virtqueues, say.
bool is_of(const std::string &line, const std::string &device)
{
	const size_t at = line.rfind(' ') + 1;
	const std::string_view name = std::string_view(line).substr(at);

	return name.starts_with(device) &&
	       (name.size() == device.size() || name[device.size()] == '-');
}

} // namespace

Result<Signals> count_signals(std::string_view node)
{
	const std::string device = device_of(node);
	std::ifstream interrupts(kInterrupts), probes(kProbes);
	std::string line, word;
	Signals sum;

	if (!interrupts)
		return Error{ENOENT, kInterrupts};
	while (std::getline(interrupts, line)) {
		std::istringstream words(line);
		uint64_t count;
		words >> word; // "24:"
		while (is_of(line, device) && words >> count)
			sum.interrupts += count;
	}
	while (probes >> word && word != "kick")
		;
	probes >> sum.kicks;
	return sum;
}

} // namespace gatehouse::bench
