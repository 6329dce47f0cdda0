// Texts of proofs, read line by line; private to the log.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/text.h"
#include "model/log/base64.h"
#include "model/log/proof.h"

namespace capmarket::log {

/// A line each, in base64.
inline std::string hash_lines(const std::vector<Digest>& hashes) {
  std::string out;
  for (const Digest& h : hashes) out += to_base64(h.view()) + "\n";
  return out;
}

/// Reads a proof line by line, up to the note.
class ProofLines {
 public:
  ProofLines(std::string_view text, std::string form) : rest_(text), form_(std::move(form)) {}

  tl::unexpected<Problems> wrong(std::string what) const { return fail(std::move(what), form_); }

  /// The next line without its end; empty at an empty one and where there is none.
  std::string_view line() {
    const std::size_t end = rest_.find('\n');
    if (end == rest_.npos) return rest_ = {};
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return out;
  }
  /// The rest of the next line where it begins with `word`, which is left alone where it does not.
  std::optional<std::string_view> after(std::string_view word) {
    if (!rest_.starts_with(word) || rest_.find('\n') == rest_.npos) return std::nullopt;
    return line().substr(word.size());
  }
  /// A plain number behind `word`.
  Result<std::int64_t> number(std::string_view word) {
    auto text = after(word);
    auto value = text ? parse_integer(*text) : std::nullopt;
    if (!value || *value < 0 || fmt::format("{}", *value) != *text)
      return wrong(fmt::format("no line `{}N`", word));
    return *value;
  }
  /// What was not read yet.
  std::string_view rest() const { return rest_; }
  /// The hashes up to the empty line, and the note behind it.
  Result<void> finish(std::vector<Digest>& hashes, std::string& checkpoint) {
    for (std::string_view text = line(); !text.empty(); text = line()) {
      auto bytes = from_base64(text);
      if (!bytes || bytes->size() != Digest::kSize || hashes.size() == kProofHashesMax)
        return wrong(fmt::format("hash {}: no 32 bytes in base64, or more than {} hashes",
                                 hashes.size(), kProofHashesMax));
      std::copy(bytes->begin(), bytes->end(), hashes.emplace_back().bytes.begin());
    }
    if (rest_.empty()) return wrong("no signed note behind the hashes");
    checkpoint = rest_;
    return {};
  }

 private:
  std::string_view rest_;
  std::string form_;
};

}  // namespace capmarket::log
