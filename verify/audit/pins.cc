#include "verify/audit/pins.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/read_file.h"
#include "model/base/visible.h"

namespace capmarket::audit {
namespace {

std::string origin_of(const ContentId& chain) { return "capmarket/" + to_hex(chain); }

/// One check of the pins of one audit.
class PinCheck {
 public:
  PinCheck(const Pins& pins, AuditReport& report) : pins_(pins), report_(report) {}

  /// Whether it is the chain, as far as that is expected.
  bool chain() {
    if (!named()) return false;
    if (pins_.chain && *pins_.chain != report_.chain)
      violate(DamageClass::leaf, "another chain", to_hex(*pins_.chain), to_hex(report_.chain));
    if (pins_.log_key && *pins_.log_key != report_.log_key)
      violate(DamageClass::signature, "the log of another key", to_hex(*pins_.log_key),
              to_hex(report_.log_key));
    if (!pins_.log_name.empty() && pins_.log_name != origin_of(report_.chain))
      violate(DamageClass::signature, "another log than the verifier key is of",
              visible(pins_.log_name), origin_of(report_.chain));
    return !violated_;
  }

  /// By the key of the genesis, which is the one that is expected where one is.
  Result<bool> goes_on_from(const OlderCheckpoint& older) {
    auto of_then = std::find_if(report_.log_keys.rbegin(), report_.log_keys.rend(),
                                [&](const auto& from) { return from.first <= older.claims.size; });
    auto signed_by_log = read_checkpoint(
        older.note, of_then == report_.log_keys.rend() ? report_.log_key : of_then->second);
    const std::string expected = "a checkpoint that this log's key signed";
    // Behind damage there may be a change of the key: who signed cannot be told, and damage is.
    if (!signed_by_log && report_.damaged) return false;
    if (!signed_by_log)
      return fail(Problem{
          *pins_.since, 0, 0, signed_by_log.error(),
          older.claims.size > report_.size
              ? expected + "; where the log has changed its key since the state that is here, "
                           "--log-key with the verifier key of then"
              : expected,
          ""});
    if (signed_by_log->size < 1)
      return fail(Problem{*pins_.since, 0, 0, "a checkpoint of size 0", expected, ""});
    const std::string origin = origin_of(report_.chain);
    if (signed_by_log->origin != origin)
      return fail(Problem{*pins_.since, 0, 0,
                          fmt::format("a checkpoint of {}", visible(signed_by_log->origin)),
                          "one of " + origin, ""});
    return goes_on_from(*signed_by_log);
  }

  /// A checkpoint beyond the end, by the key that is expected: here is the log of before it had
  /// that key.
  void rolled_back(const OlderCheckpoint& older) {
    if (!named() || !pins_.log_key || older.claims.size <= report_.size) return;
    auto expected = read_checkpoint(older.note, *pins_.log_key);
    if (!expected || expected->origin != origin_of(report_.chain)) return;
    violate(DamageClass::root, "rolled back, or an old backup",
            fmt::format("at least the {} entries of the checkpoint", expected->size),
            fmt::format("{} signed entries", report_.size));
  }

  void witness(std::size_t place, PinsFound& out) {
    const WitnessKey& w = pins_.witnesses[place];
    if (report_.note.empty()) return;  // nothing is signed at all
    auto time = cosigned_at(report_.note, w);
    if (time && *time) {
      out.cosigned.emplace_back(place, **time);
      return;
    }
    violate(DamageClass::signature,
            fmt::format("the checkpoint of size {} is not cosigned", report_.size),
            "a line of the witness " + visible(w.name),
            time ? fmt::format("{} line{} of others than the log", out.other_lines,
                               out.other_lines == 1 ? "" : "s") : time.error());
  }

 private:
  /// Whether the genesis could be read.
  bool named() const { return report_.chain != ContentId{}; }

  bool goes_on_from(const AuditCheckpoint& older) {
    if (report_.note.empty()) return false;
    if (older.size > report_.size) {
      violate(DamageClass::root, "rolled back, or an old backup",
              fmt::format("at least the {} entries that the log has signed", older.size),
              fmt::format("{} signed entries", report_.size));
      return false;
    }
    auto root = report_.roots_at.find(older.size);
    if (root == report_.roots_at.end()) return false;  // damaged before, or out of time
    if (root->second == older.root) return true;
    violate(DamageClass::root,
            report_.damaged ? "the first entries are others than the log signed"
                            : "equivocation: the log's key signed two logs",
            fmt::format("the root {} at {} entries", to_hex(older.root), older.size),
            to_hex(root->second));
    return false;
  }

  void violate(DamageClass kind, std::string_view what, const std::string& expected,
               const std::string& found) {
    violated_ = true;
    if (report_.violations.size() == kViolationsMax) {
      report_.violations.pop_back();
      ++report_.violations_dropped;
    }
    // At the checkpoint, behind what else stands there.
    auto at = std::find_if(report_.violations.begin(), report_.violations.end(),
                           [](const AuditViolation& v) { return v.sequence >= 0; });
    report_.violations.insert(at,
                              {objects::Invariant::replay, -1, kind,
                               fmt::format("{}: expected {}, found {}", what, expected, found)});
  }

  const Pins& pins_;
  AuditReport& report_;
  bool violated_ = false;
};

}  // namespace

Result<std::optional<OlderCheckpoint>> read_older(const Pins& pins) {
  if (!pins.since) return std::optional<OlderCheckpoint>();
  auto note = read_file(*pins.since, InputKind::checkpoint);
  if (!note) return tl::unexpected(note.error());
  auto claims = claimed_checkpoint(*note);
  if (!claims)
    return fail(Problem{*pins.since, 0, 0, "no checkpoint: " + claims.error(),
                        "what `chain checkpoint` prints, or the file `checkpoint` of a chain", ""});
  return std::optional(OlderCheckpoint{std::move(*note), std::move(*claims)});
}

Result<PinsFound> check_pins(const Pins& pins, const std::optional<OlderCheckpoint>& older,
                             AuditReport& report) {
  PinCheck check(pins, report);
  PinsFound out;
  out.other_lines = other_lines(report.note, report.log_key);
  // What another log signed is nothing to go on from, and is told already.
  const bool same = check.chain();
  if (same && older) {
    auto goes_on = check.goes_on_from(*older);
    if (!goes_on) return tl::unexpected(goes_on.error());
    out.goes_on = *goes_on;
  } else if (older) {
    check.rolled_back(*older);
  }
  for (std::size_t i = 0; i < pins.witnesses.size(); ++i) check.witness(i, out);
  return out;
}

}  // namespace capmarket::audit
