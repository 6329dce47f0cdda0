#include "cli/verify_pins.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "model/log/note.h"

namespace capmarket::cli {
namespace {

tl::unexpected<Problems> wrong_pin(const char* option, std::string what, std::string expected) {
  return fail(Problem{option, 0, 0, std::move(what), std::move(expected), ""});
}

Result<log::VerifierKey> pinned_key(const std::string& text, const char* option,
                                    log::NoteKeyKind kind) {
  auto key = log::parse_verifier_key(text);
  if (!key)
    return wrong_pin(option, key.error()[0].what,
                     kind == log::NoteKeyKind::ed25519 ? key.error()[0].expected
                                                       : log::kWitnessKeyExpected);
  if (key->kind == kind) return key;
  return wrong_pin(option, "a key of another kind",
                   kind == log::NoteKeyKind::ed25519 ? "a log's (its kind is 1)"
                                                     : "a witness's (its kind is 4)");
}

Result<void> pin_log_key(const std::string& text, audit::Pins& pins) {
  if (text.find('+') != text.npos) {
    auto key = pinned_key(text, "--log-key", log::NoteKeyKind::ed25519);
    if (!key) return tl::unexpected(key.error());
    pins.log_key = key->key;
    pins.log_name = key->name;
    return {};
  }
  pins.log_key.emplace();
  if (from_hex(text, *pins.log_key)) return {};
  return wrong_pin(
      "--log-key", "no key",
      "64 hex digits, or a verifier key: NAME+ID+KEY, as `chain checkpoint` prints it");
}

}  // namespace

void add_pins(CLI::App& command, PinOptions& options) {
  command.add_option("--chain-id", options.chain, "the chain that is expected: 64 hex digits");
  command.add_option("--log-key", options.log_key,
                     "the key that its log is expected to have: 64 hex digits, or the verifier key "
                     "that `chain checkpoint` tells");
  command.add_option("--since", options.since,
                     "file with an older checkpoint of it, which the log has to go on from");
  command
      .add_option("--witness", options.witnesses,
                  "verifier key of a witness that has to have signed its checkpoint; any number of "
                  "times")
      ->allow_extra_args(false);
}

Result<audit::Pins> parse_pins(const PinOptions& options) {
  audit::Pins out;
  if (options.chain && !from_hex(*options.chain, out.chain.emplace()))
    return wrong_pin("--chain-id", "no chain id", "64 hex digits");
  if (options.log_key)
    if (auto r = pin_log_key(*options.log_key, out); !r) return tl::unexpected(r.error());
  out.since = options.since;
  for (const std::string& text : options.witnesses) {
    auto key = pinned_key(text, "--witness", log::NoteKeyKind::cosignature);
    if (!key) return tl::unexpected(key.error());
    if (std::any_of(out.witnesses.begin(), out.witnesses.end(),
                    [&](const audit::WitnessKey& w) { return w.key == key->key; }))
      return wrong_pin("--witness", "a key that is given already",
                       "each witness once, under its one name");
    out.witnesses.push_back({key->name, key->key});
  }
  return out;
}

}  // namespace capmarket::cli
