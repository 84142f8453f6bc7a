// SPDX-License-Identifier: GPL-2.0-or-later
//
// JsonStream: what a host sends as the values it is made of, one after the
// other. A value is built as its tokens come; what is wrong with it is told once
// its brackets are closed, so that one mistake is one error. A byte that is no
// JSON ends what there is of a value at once.
//
// A value has limits: kTokenLimit bytes, kTokensLimit tokens, kDepthLimit
// brackets one in the other. So a host can make this cost no more than some
// megabytes, whatever it sends.

#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json_lexer.hpp"
#include "result.hpp"

namespace agent {

using Json = nlohmann::json;

inline constexpr size_t kTokensLimit = 1 << 16;
inline constexpr size_t kDepthLimit = 1024;

class JsonStream
{
public:
	// Takes bytes off the input, up to the end of a value or of the input. An
	// Error is the host's, in the words of QMP; the next call goes on behind it.
	std::optional<gatehouse::Result<Json>> next(std::string_view &input);

private:
	enum class Expect { Value, Key, KeyOrEnd, ValueOrEnd, Colon, More };

	// An object or array that is not closed yet.
	struct Level {
		Json value;
		std::string key;     // of the member whose value is expected
		bool in_key = false; // what is open above it stands in a key's place
	};

	gatehouse::Result<void> count(const Token &token);
	bool is_balanced() const;
	gatehouse::Result<void> build(const Token &token);
	gatehouse::Result<void> begin(Json container);
	gatehouse::Result<void> end(bool object);
	gatehouse::Result<void> separate(const Token &token);
	gatehouse::Result<void> take_key(const Token &token);
	void add(Json value);
	gatehouse::Result<Json> conclude();
	void reset();

	JsonLexer lexer_;
	size_t bytes_ = 0, tokens_ = 0;	 // of the value at hand
	long braces_ = 0, brackets_ = 0; // open; negative: one too many was closed
	Expect expect_ = Expect::Value;
	std::vector<Level> levels_;
	Json value_;				// the outermost, when complete
	std::optional<gatehouse::Error> error_; // the first
};

} // namespace agent
