#include "reports/verify_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/objects/invariants.h"
#include "reports/breach_report.h"
#include "reports/rests_on.h"
#include "reports/text_table.h"

namespace capmarket::reports {

using Json = nlohmann::ordered_json;

namespace {

std::string_view receipt_verdict(const audit::RunReceipt& receipt) {
  if (!receipt.holds()) return "violated";
  return receipt.there ? "holds" : "absent";
}

std::string receipt_text(const audit::RunReceipt& receipt, bool colour) {
  if (receipt.holds())
    return receipt.there
               ? "  receipt  signed by the log; every file of the run beside its chain is as it was\n"
               : "  receipt  none: of a run that was killed before its end, or a salvaged chain\n";
  std::string out;
  for (const audit::ReceiptFault& f : receipt.faults)
    out +=
        fmt::format("  {} {} {}\n", toned("receipt violated:", Tone::bad, colour), f.file, f.what);
  return out;
}

std::string counted_text(const audit::AuditReport& a) {
  if (a.size == 0) return "  no entry was audited: there is no signed size to go to\n";
  std::string out = fmt::format("  {} of {} entries audited, root {}\n", a.audited, a.size, to_hex(a.root));
  out += fmt::format("  {} signatures checked, {} of them invalid\n",
                     a.signatures_verified + a.signatures_invalid, a.signatures_invalid);
  return out + fmt::format(
      "  {} settlements admitted, {} refused: {}\n", a.settlements_admitted, a.settlements_refused,
      a.pruned == 0 ? "all decided again" : "all decided again but those that are pruned");
}

/// What of it was not decided again, and why.
std::string pruned_text(const audit::AuditReport& a, bool proved) {
  if (a.pruned == 0) return {};
  std::string out = fmt::format(
      "  {} entries are pruned: taken as their leaves say, not decided again; what came after is "
      "decided{} without them\n",
      a.pruned, proved ? ", and proved," : "");
  if (a.pruned_present > 0)
    out +=
        fmt::format("  {} of their bodies are still on the disk: `chain prune` again takes them\n",
                    a.pruned_present);
  if (a.not_redecided.empty()) return out;
  constexpr std::size_t kShown = 10;
  std::string which;
  for (std::size_t i = 0; i < std::min(kShown, a.not_redecided.size()); ++i)
    which += fmt::format("{}{}", i == 0 ? "" : ", ", a.not_redecided[i]);
  return out +
         fmt::format(
             "  {} refusals stand as recorded, not decided again and in no proof, since they may rest "
             "on what is pruned: {}{}\n",
             a.not_redecided.size(), which, a.not_redecided.size() > kShown ? ", …" : "");
}

}  // namespace

nlohmann::ordered_json verify_json(const trace::VerifyReport& r) {
  Json violations = Json::array();
  for (const audit::AuditViolation& v : r.audit.violations)
    violations.push_back({{"invariant", objects::to_text(v.invariant)},
                          {"sequence", v.sequence},
                          {"class", audit::to_text(v.kind)},
                          {"detail", v.detail}});
  Json receipt = nullptr;
  if (r.receipt) {
    Json faults = Json::array();
    for (const audit::ReceiptFault& f : r.receipt->faults)
      faults.push_back({{"file", f.file}, {"what", f.what}});
    receipt = {{"verdict", receipt_verdict(*r.receipt)}, {"faults", std::move(faults)}};
  }
  Json theorems = Json::array();
  for (const trace::TraceTheorem& t : r.theorems)
    theorems.push_back({{"name", t.name},
                        {"statement", t.statement},
                        {"verdict", theorems::to_text(t.verdict)},
                        {"milliseconds", t.milliseconds},
                        {"detail", t.detail}});
  return {{"chain", to_hex(r.audit.chain)},
          {"size", r.audit.size},
          {"root", to_hex(r.audit.root)},
          {"audited", r.audit.audited},
          {"signatures_verified", r.audit.signatures_verified},
          {"signatures_invalid", r.audit.signatures_invalid},
          {"settlements_admitted", r.audit.settlements_admitted},
          {"settlements_refused", r.audit.settlements_refused},
          {"pruned", r.audit.pruned},
          {"pruned_present", r.audit.pruned_present},
          {"not_redecided", r.audit.not_redecided},
          {"unsigned_tail", r.audit.unsigned_tail},
          {"recorded", r.audit.recorded},
          {"tail_uncounted", r.audit.tail_uncounted},
          {"out_of_time", r.audit.out_of_time},
          {"violations", std::move(violations)},
          {"violations_dropped", r.audit.violations_dropped},
          {"signatures", crypto::to_text(r.audit.scheme)},
          {"receipt", std::move(receipt)},
          {"rests_on", rests_on_json(r)},
          {"peer_breaches", breaches_json(r.audit.breaches)},
          {"theorems", std::move(theorems)},
          {"verdict", trace::to_text(r.verdict)}};
}

std::string verify_text(const trace::VerifyReport& r, bool colour) {
  const audit::AuditReport& a = r.audit;
  std::string out = fmt::format("chain {}\n", to_hex(a.chain));
  out += counted_text(a);
  out += pruned_text(a, !r.theorems.empty());
  if (a.unsigned_tail > 0)
    out += fmt::format("  {}{} entries beyond the signed size are ignored\n",
                       a.tail_uncounted ? "at least " : "", a.unsigned_tail);
  if (a.recorded > a.size)
    out += fmt::format(
        "  its writer was stopped between record and checkpoint: the next one signs {} entries\n",
        a.recorded);
  if (a.out_of_time)
    out += toned("  out of time: the rest of the chain is not audited (--timeout)\n", Tone::open,
                 colour);
  for (const audit::AuditViolation& v : a.violations) {
    std::string where =
        v.sequence < 0 ? "at the checkpoint" : fmt::format("at sequence {}", v.sequence);
    out += fmt::format(
        "  {} {} ({}): {}\n",
        toned(fmt::format("{} violated", objects::to_text(v.invariant)), Tone::bad, colour), where,
        audit::to_text(v.kind), v.detail);
  }
  if (a.violations_dropped > 0)
    out += fmt::format("  and {} more violations\n", a.violations_dropped);
  if (a.damaged)
    out +=
        "  `chain fsck` tells what its writer would put right, `chain salvage` keeps what replays\n";
  if (r.receipt) out += receipt_text(*r.receipt, colour);
  out += rests_on_text(r);
  out += breaches_text(a.breaches, colour);
  for (const trace::TraceTheorem& t : r.theorems) {
    Tone tone = t.verdict == theorems::Verdict::proved    ? Tone::good
                : t.verdict == theorems::Verdict::refuted ? Tone::bad
                                                : Tone::open;
    out += fmt::format("  {:<8} {}  {} ms  {}\n", t.name,
                       toned(std::string(theorems::to_text(t.verdict)), tone, colour), t.milliseconds,
                       t.statement);
    if (!t.detail.empty() && t.verdict != theorems::Verdict::proved) out += "           " + t.detail + "\n";
  }
  Tone tone = r.verdict == trace::ChainVerdict::holds      ? Tone::good
              : r.verdict == trace::ChainVerdict::violated ? Tone::bad
                                                    : Tone::open;
  const bool mac = a.scheme == crypto::Scheme::mac;
  return out + fmt::format("verdict: {}{}\n",
                           toned(std::string(trace::to_text(r.verdict)), tone, colour),
                           mac ? "  (mac: no security)" : "");
}

}  // namespace capmarket::reports
