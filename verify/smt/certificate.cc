#include "verify/smt/certificate.h"

#include <fmt/format.h>
#include <z3.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/output.h"
#include "model/base/read_file.h"
#include "model/base/text.h"
#include "model/crypto/hash.h"

namespace capmarket::smt {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "capmarket/certificates-1";
constexpr const char* kManifest = "manifest.json";
constexpr std::size_t kNamePartMax = 60;

std::string name_part(const std::string& text) {
  std::string out;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '.';
    out += plain ? c : '_';
    if (out.size() == kNamePartMax) break;
  }
  return out;
}

/// A comment is one line of printable ASCII.
std::string comment(std::string_view key, const std::string& text) {
  std::string out = fmt::format("; {}: ", key);
  for (char c : text) out += c >= 0x20 && c < 0x7f ? c : '?';
  return out + "\n";
}

std::string text_of(const Question& q, const CertificateSubject& about) {
  std::string out =
      about.rule.empty()
          ? comment("theorem", q.analysis)
          : comment("rule", fmt::format("{} version {} {}", about.rule, about.version, about.id)) +
                comment("analysis", q.analysis);
  out += comment("subject", q.subject);
  if (!q.statement.empty()) out += comment("statement", q.statement);
  out += q.unsat ? "; no case: the claim holds under the premises\n"
                 : "; a case: the premises can be met\n";
  const char* status = q.unsat ? "unsat" : "sat";
  return out + fmt::format(
                   "(set-logic {})\n(set-info :smt-lib-version 2.6)\n"
                   "(set-info :status {})\n{}(check-sat)\n(exit)\n",
                   q.logic, status, q.text);
}

/// `analysis.subject.N.smt2`, N counting inside the pair from 1.
std::vector<std::string> names_of(const Questions& questions) {
  std::map<std::string, int> next;
  std::vector<std::string> out;
  for (const Question& q : questions.all) {
    std::string stem = fmt::format("{}.{}", name_part(q.analysis), name_part(q.subject));
    out.push_back(fmt::format("{}.{}.smt2", stem, ++next[stem]));
  }
  // On file systems that fold case, names that differ in case alone are one.
  std::set<std::string> folded;
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::string lower = out[i];
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!folded.insert(lower).second) out[i] = fmt::format("{}-{}", i, out[i]);
  }
  return out;
}

Json manifest_of(const CertificateSet& set, const Questions& questions,
                 const CertificateSubject& about) {
  Json claims = Json::array(), files = Json::array();
  for (std::size_t i = 0; i < about.claims.size(); ++i) {
    const Claim& c = about.claims[i];
    Json on = Json::array();
    for (std::size_t k : set.rests_on[i]) on.push_back(set.files[k].name);
    claims.push_back({{"analysis", c.analysis},
                      {"subject", c.subject},
                      {"verdict", c.verdict},
                      {"files", std::move(on)}});
  }
  for (std::size_t k = 0; k < set.files.size(); ++k)
    files.push_back({{"file", set.files[k].name},
                     {"sha256", set.files[k].sha256},
                     {"logic", questions.all[k].logic},
                     {"status", set.files[k].unsat ? "unsat" : "sat"},
                     {"analysis", set.files[k].analysis},
                     {"subject", set.files[k].subject}});
  Json of = !about.chain.empty() ? Json{{"chain", about.chain}}
            : about.rule.empty()
                ? Json{{"theorems", "framework"}}
                : Json{{"rule", about.rule}, {"version", about.version}, {"id", about.id}};
  return {{"format", kFormat},
          {"of", std::move(of)},
          {"tools", {"capmarket " + about.program, solver_in_use()}},
          {"rlimit", about.rlimit},
          {"claims", std::move(claims)},
          {"files", std::move(files)}};
}

std::string hex_of(const std::string& text) { return to_hex(crypto::sha256(as_bytes(text))); }

/// A problem where a directory holds anything but certificates: its manifest, and the files that it
/// names.
Result<void> expect_certificates(const std::string& directory) {
  auto foreign = [&](const std::string& what) {
    return fail(fmt::format("{}: holds something else than certificates: {}", directory, what),
                "a new or empty directory, or one that --certificates wrote");
  };
  auto text = peek_file(directory + "/" + kManifest, InputKind::receipt);
  if (!text) return foreign("no manifest.json");
  Json manifest = Json::parse(*text, nullptr, false);
  if (!manifest.is_object() || manifest.value("format", Json()) != kFormat ||
      !manifest.contains("files") || !manifest["files"].is_array())
    return foreign("another manifest.json");
  std::set<std::string> named = {kManifest};
  for (const Json& f : manifest["files"])
    if (f.is_object() && f.contains("file") && f["file"].is_string()) named.insert(f["file"]);
  std::error_code error;
  fs::directory_iterator it(directory, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code unseen;
    std::string name = it->path().filename().string();
    if (!named.contains(name) || it->symlink_status(unseen).type() != fs::file_type::regular)
      return foreign(name);
  }
  if (error) return fail(fmt::format("{}: {}", directory, error.message()), "a readable directory");
  return {};
}

}  // namespace

std::string solver_in_use() {
  unsigned major = 0, minor = 0, build = 0, revision = 0;
  Z3_get_version(&major, &minor, &build, &revision);
  return fmt::format("Z3 {}.{}.{}", major, minor, build);
}

CertificateSet certificates_of(Questions questions, const CertificateSubject& subject) {
  CertificateSet out;
  std::vector<std::string> names = names_of(questions);
  for (std::size_t k = 0; k < questions.all.size(); ++k) {
    Question& q = questions.all[k];
    out.texts.push_back(text_of(q, subject));
    out.files.push_back({names[k], hex_of(out.texts.back()), q.analysis, q.subject, q.unsat});
    std::string().swap(q.text);  // there are hundreds of megabytes of them in `prove`
  }
  for (const Claim& c : subject.claims) {
    auto on = questions.rests_on.find({c.analysis, c.subject});
    out.rests_on.push_back(on == questions.rests_on.end() ? std::vector<std::size_t>{}
                                                          : on->second);
  }
  out.manifest = manifest_of(out, questions, subject).dump(2) + "\n";
  out.digest = hex_of(out.manifest);
  return out;
}

Result<void> can_write_certificates(const std::string& directory, bool force) {
  return check_output_folder(directory, force, expect_certificates);
}

Result<void> write_certificates(const CertificateSet& set, const std::string& directory,
                                bool force) {
  auto folder = OutputFolder::begin(directory, force, expect_certificates);
  if (!folder) return tl::unexpected(folder.error());
  for (std::size_t k = 0; k < set.files.size(); ++k)
    if (auto w = folder->write(set.files[k].name, set.texts[k]); !w) return w;
  if (auto w = folder->write(kManifest, set.manifest); !w) return w;
  return folder->publish();
}

}  // namespace capmarket::smt
