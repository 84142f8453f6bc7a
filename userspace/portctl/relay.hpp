// SPDX-License-Identifier: GPL-2.0-or-later
//
// Relay: carries bytes between a port and one descriptor, both ways at once, as
// fast as the slower side of each way takes them. Of each way at most kBuffer
// bytes are in memory: what is not taken is not read.
//
// A port has no half-close. What the target ends, by end of file, is only the
// way to the host; what the host sends goes on. When the host leaves, the target
// still gets all that it had sent.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "port_stream.hpp"
#include "result.hpp"

namespace portctl {

// What a port is tied to: a borrowed, non-blocking descriptor.
struct Target {
	int fd;
	std::string label;
	bool sends;  // has it something to say?
	bool a_line; // the host may leave and come back: it is a wire, not a connection
};

class Relay
{
public:
	enum class End { Host, Target };

	// Carries for this connection of the host alone; without one, for the
	// first that comes.
	Relay(PortStream &port, Target target, std::optional<Connection> host);

	// Until one side has gone; which.
	gatehouse::Result<End> run();

private:
	// The bytes of one way that were read and not yet written.
	class Buffer
	{
	public:
		static constexpr size_t kBuffer = 64 * 1024;

		bool empty() const { return begin_ == end_; }
		std::span<char> room() { return bytes_; } // when it is empty
		void filled(size_t n) { begin_ = 0, end_ = n; }
		std::string_view data() const { return {bytes_.data() + begin_, end_ - begin_}; }
		void written(size_t n) { begin_ += n; }

	private:
		std::vector<char> bytes_ = std::vector<char>(kBuffer);
		size_t begin_ = 0, end_ = 0;
	};

	// Each moves what it can at once, and tells whether that was anything.
	gatehouse::Result<bool> move_from_host();
	gatehouse::Result<bool> move_to_host();

	gatehouse::Result<bool> read_host();
	gatehouse::Result<bool> write_target();
	gatehouse::Result<bool> read_target();

	// Has the one we carry for left?
	gatehouse::Result<void> look_at_host();
	gatehouse::Result<bool> target_hung_up() const;

	PortStream &port_;
	const Target target_;
	Buffer from_host_, to_host_;
	std::optional<Connection> host_;
	bool host_seen_;
	bool host_gone_ = false;   // and nothing of it is left to be read
	bool target_done_ = false; // it sends no more
	bool target_gone_ = false; // it takes no more
};

} // namespace portctl
