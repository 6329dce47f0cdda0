// The one reader of files that come from outside: regular files alone, each kind up to its size.
// Source: docs/spec/commands.md#files-that-are-read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "model/base/result.h"

namespace capmarket {

/// What a file is read as; the size that is accepted follows from it.
enum class InputKind : std::uint8_t {
  document,    // YAML: a rule, a scenario, a mapping, a saved history
  table,       // CSV or SWF: a trace, what `import` reads, the series of a run
  key,         // an Ed25519 seed
  genesis,     // of a chain
  checkpoint,  // of a chain
  segment,     // of a chain
  receipt,     // of a run, its summary, a manifest of certificates
  proof,       // of an entry or of growth, as `chain proof` and `chain consistency` write them
};

/// A kind, with the most bytes that a file of it may have.
struct InputKindRow {
  InputKind kind{};
  std::string_view files;  // as the documents name them
  std::size_t bytes_max = 0;
};

/// Every kind, in the order of the enumeration.
std::span<const InputKindRow> input_kinds();
/// The kinds as a Markdown table: `| file | at most |`.
std::string input_kinds_table();

/// Why a file gave no text.
enum class ReadFault : std::uint8_t { absent, unreadable, irregular, too_large };

/// The fault, and what is told of it.
struct ReadFailure {
  ReadFault fault = ReadFault::unreadable;
  Problem problem;
};

/// The bytes of a regular file, by way of links too. Never waits: a pipe, a device, a socket or a
/// directory is refused unread, a file that is larger than its kind may be is refused before it is
/// kept. What was read counts as an input of this process (`is_input`).
tl::expected<std::string, ReadFailure> read_input(const std::string& path, InputKind kind);
/// The same; the failure is a problem.
Result<std::string> read_file(const std::string& path, InputKind kind);

/// The same of something that is about to be replaced: it does not count as an input.
tl::expected<std::string, ReadFailure> peek_file(const std::string& path, InputKind kind);

/// Whether this process has read that very file (by device and number) as an input: such a file is
/// never replaced. Any thread may ask.
bool is_input(const std::string& path);
/// What this process made itself, and read to look at it, is no input.
void forget_input(const std::string& path);

}  // namespace capmarket
