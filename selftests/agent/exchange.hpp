// SPDX-License-Identifier: GPL-2.0-or-later
//
// Reads exchange.txt: what a host says, and what QEMU's agent answers. For the
// unit test and for the test in a machine.

#pragma once

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace exchange {

struct Turn {
	size_t line; // of the file, for messages
	std::string request;
	std::string reply; // may be several, or none
};

// Without the escapes \xNN and \\.
inline std::string decode(std::string_view text)
{
	std::string bytes;

	while (!text.empty()) {
		const bool escape = text.starts_with('\\');
		if (escape && text.starts_with("\\x")) {
			bytes += static_cast<char>(
				std::stoi(std::string(text.substr(2, 2)), nullptr, 16));
			text.remove_prefix(4);
			continue;
		}
		bytes += text[escape];
		text.remove_prefix(1 + escape);
	}
	return bytes;
}

inline std::vector<Turn> read(const std::string &path)
{
	std::ifstream file(path);
	std::vector<Turn> turns;
	std::string line;

	for (size_t number = 1; std::getline(file, line); number++) {
		if (line.starts_with("> "))
			turns.push_back({number, decode(line.substr(2)) + "\n", ""});
		else if (line.starts_with("< "))
			turns.back().reply += decode(line.substr(2)) + "\n";
	}
	return turns;
}

} // namespace exchange
