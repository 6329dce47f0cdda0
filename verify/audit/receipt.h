// The receipt of a run directory, checked against the files that stand beside it and the chain.
// Written from docs/spec/commands.md#files-of-a-run-directory; shares nothing with what writes it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "verify/audit/audit.h"

namespace capmarket::audit {

/// A file of a run directory that is not what the receipt signs, or the receipt itself.
struct ReceiptFault {
  std::string file;
  std::string what;  // "is missing", "was altered", …
};

/// What `run.json` says, and what was found wrong.
struct RunReceipt {
  bool there = false;    // a run that was killed before its end has none
  bool legible = false;  // it is one: what stands below was read from it
  crypto::Scheme scheme{};
  bool interrupted = false;
  bool promises = false;  // it names a file of promises
  bool statement = false;  // and one of what each party owes
  ContentId chain;
  std::int64_t size = 0;
  Digest root;
  PublicKey key;
  std::vector<ContentId> rules;  // that the run began with
  std::string no_summary;  // why nothing of the summary is compared; empty: it is the file that is named
  std::optional<std::int64_t> refused;             // as the summary counts them, likewise below
  std::map<std::string, std::int64_t> rejections;  // by clause
  std::optional<std::int64_t> settlements;         // admitted
  std::optional<std::int64_t> signatures;
  std::map<std::string, std::int64_t> entries_of_kind;
  std::vector<ReceiptFault> faults;
  std::vector<std::string> compared;      // what was held against the chain, or file against file
  std::vector<std::string> not_compared;  // what nobody looked at, and why

  bool holds() const { return faults.empty(); }
};

/// Reads and checks what needs no chain: form, signature, the hash of every file, and that the
/// summary is of the same run. Empty where `dir`
/// is a chain directory itself. Problems: a file that cannot be read; a receipt of another format.
Result<std::optional<RunReceipt>> read_receipt(const std::string& dir);

/// The rest: the chain's id, the key of its log, its scheme, the root at the receipt's size
/// (among `AuditOptions::roots_at`), its rules and, where the run's entries are all there are, what
/// the summary counts of them: refusals (INV-9), settlements, signatures, entries of each kind.
void compare_receipt(RunReceipt& receipt, const AuditReport& audit);

}  // namespace capmarket::audit
