#include "reports/certificate_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "reports/text_table.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

Json outcome_json(const Certified& c, const std::vector<std::size_t>& files) {
  if (!c.recheck) return nullptr;
  std::size_t agrees = 0;
  Json unknown = Json::array(), failed = Json::array(), disagrees = Json::array();
  for (std::size_t k : files) {
    const smt::RecheckedFile& f = c.recheck->files[k];
    Json one = {{"file", c.set.files[k].name}, {"said", f.said}};
    switch (f.outcome) {
      case smt::Recheck::agrees:
        ++agrees;
        break;
      case smt::Recheck::unknown:
        unknown.push_back(std::move(one));
        break;
      case smt::Recheck::failed:
        failed.push_back(std::move(one));
        break;
      case smt::Recheck::disagrees:
        disagrees.push_back(std::move(one));
        break;
    }
  }
  return {{"solver", c.recheck->solver},
          {"version", c.recheck->version},
          {"agrees", agrees},
          {"unknown", std::move(unknown)},
          {"failed", std::move(failed)},
          {"disagrees", std::move(disagrees)}};
}

std::vector<std::size_t> all_files(const Certified& c) {
  std::vector<std::size_t> out(c.set.files.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  return out;
}

}  // namespace

bool Certified::disagrees() const { return recheck && recheck->count(smt::Recheck::disagrees) > 0; }
bool Certified::failed() const { return recheck && recheck->count(smt::Recheck::failed) > 0; }

smt::CertificateSubject certificate_subject(const theorems::ProveReport& report) {
  smt::CertificateSubject out;
  for (const theorems::TheoremReport& t : report.theorems) {
    out.claims.push_back({t.name, theorems::kTheoremSubject, std::string(theorems::to_text(t.verdict))});
    for (const theorems::MutationReport& m : t.mutations)
      out.claims.push_back({t.name, "without " + m.removed, std::string(theorems::to_text(m.verdict))});
  }
  return out;
}

smt::CertificateSubject certificate_subject(const trace::VerifyReport& report) {
  smt::CertificateSubject out;
  out.chain = to_hex(report.audit.chain);
  for (const trace::TraceTheorem& t : report.theorems) {
    out.claims.push_back({t.name, trace::kTraceSubject, std::string(theorems::to_text(t.verdict))});
    out.claims.push_back({t.name, trace::kTwinSubject, t.twin_refuted ? "refuted" : "unknown"});
  }
  return out;
}

nlohmann::ordered_json certificates_json(const Certified& c) {
  return {{"directory", c.directory.empty() ? Json(nullptr) : Json(c.directory)},
          {"digest", c.set.digest},
          {"files", c.set.files.size()}};
}

nlohmann::ordered_json recheck_json(const Certified& c) {
  Json out = outcome_json(c, all_files(c));
  if (c.recheck) out["milliseconds"] = c.recheck->milliseconds;
  return out;
}

void add_certificates(nlohmann::ordered_json& entries, const char* key, const Certified& c) {
  for (Json& entry : entries) {
    std::set<std::size_t> files;
    for (std::size_t i = 0; i < c.subject.claims.size(); ++i) {
      const smt::Claim& claim = c.subject.claims[i];
      if (entry[key] != claim.analysis) continue;
      if (entry.contains("subject") && entry["subject"] != claim.subject) continue;
      files.insert(c.set.rests_on[i].begin(), c.set.rests_on[i].end());
    }
    Json names = Json::array();
    for (std::size_t k : files) names.push_back(c.set.files[k].name);
    entry["certificate"] = std::move(names);
    entry["recheck"] = outcome_json(c, {files.begin(), files.end()});
  }
}

std::string certified_text(const Certified& c, bool colour) {
  std::string out = fmt::format("{} certificates{}, manifest {}\n", c.set.files.size(),
                                c.directory.empty() ? "" : " in " + c.directory, c.set.digest);
  if (!c.recheck) return out;
  const smt::RecheckReport& r = *c.recheck;
  std::size_t unknown = r.count(smt::Recheck::unknown);
  out += fmt::format(
      "decided again by {} {}: {} agree, {}, {:.1f} s\n", r.solver, r.version,
      r.count(smt::Recheck::agrees),
      toned(fmt::format("{} unknown", unknown), unknown == 0 ? Tone::good : Tone::open, colour),
      static_cast<double>(r.milliseconds) / 1e3);
  for (std::size_t k = 0; k < r.files.size(); ++k)
    if (r.files[k].outcome == smt::Recheck::unknown)
      out += fmt::format("  unknown {}: {}\n", c.set.files[k].name, r.files[k].said);
  return out;
}

std::string disagreement_text(const Certified& c) {
  std::string out;
  for (std::size_t k = 0; c.recheck && k < c.recheck->files.size(); ++k)
    if (c.recheck->files[k].outcome == smt::Recheck::disagrees)
      out += fmt::format(
          "{}{}{}: {} says {}, {} says {}\n  this is a fault of capmarket or of a solver: no "
          "verdict that rests on it is to be believed\n",
          c.directory, c.directory.empty() ? "" : "/", c.set.files[k].name, c.recheck->solver,
          c.recheck->files[k].said, smt::solver_in_use(), c.set.files[k].unsat ? "unsat" : "sat");
  for (std::size_t k = 0; c.recheck && k < c.recheck->files.size(); ++k)
    if (c.recheck->files[k].outcome == smt::Recheck::failed)
      out += fmt::format("{}{}{}: {}\n  expected: sat, unsat or unknown\n", c.directory,
                         c.directory.empty() ? "" : "/", c.set.files[k].name,
                         c.recheck->files[k].said);
  return out;
}

}  // namespace capmarket::reports
